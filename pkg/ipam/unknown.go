package ipam

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
)

// ReleaseHostLocal is host-local's DEL for a configuration whose ipam cannot be read, so that nobody knows which
// plugin reserved the attachment's addresses. known reports whether host-local has reservations of the network
// at all, in ipam.dataDir where that can be read and else in its default directory: then what it had for the
// attachment, if anything, is released.
func (c Client) ReleaseHostLocal(ctx context.Context, r Request) (known bool, err error) {
	var conf struct {
		Name string
		IPAM json.RawMessage
	}
	if err := json.Unmarshal(r.Stdin, &conf); err != nil {
		return false, badConfig("read the configuration: %v", err)
	}
	if err := checkNetwork(conf.Name); err != nil {
		return false, err
	}
	var section struct{ DataDir string }
	_ = json.Unmarshal(conf.IPAM, &section) // what can be read of it
	s, err := openStore(ctx, conf.Name, section.DataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, describe(Request{Plugin: hostLocal}, "DEL", err)
	}
	err = errors.Join(s.ReleaseByID(r.ContainerID, r.IfName), s.close())
	return true, describe(Request{Plugin: hostLocal}, "DEL", err)
}
