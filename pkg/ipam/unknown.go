package ipam

import (
	"context"
	"errors"
	"io/fs"
)

// ReleaseHostLocal is host-local's DEL for a configuration whose ipam cannot be read, so that the plugin that reserved
// the attachment's addresses is unknown. known reports whether host-local has reservations of the network at all, in
// ipam.dataDir or, if that cannot be read, in its default directory; if so, those of the attachment are released.
func (c Client) ReleaseHostLocal(ctx context.Context, r Request) (known bool, err error) {
	w, err := readHostLocalConf(r.Stdin)
	if err != nil {
		return false, err
	}
	s, err := openStore(ctx, w.network, w.dataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, describe(Request{Plugin: hostLocal}, "DEL", err)
	}
	err = errors.Join(s.ReleaseByID(r.ContainerID, r.IfName), s.Close())
	return true, describe(Request{Plugin: hostLocal}, "DEL", err)
}
