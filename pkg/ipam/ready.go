package ipam

import (
	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/allocator"
)

// Ready fails if Add would fail before it reserves anything: the plugin is missing, or it is host-local, whose
// configuration this package knows, and would reject it. It starts no process and costs no more than a search of
// CNI_PATH. The error has code 7.
func (c Client) Ready(r Request) error {
	if _, err := c.backend(r); err != nil {
		return err
	}
	if r.Plugin != hostLocal {
		return nil
	}
	if _, err := readHostLocalConf(r.Stdin); err != nil {
		return err
	}
	if _, _, err := allocator.LoadIPAMConfig(r.Stdin, r.Args); err != nil {
		return badConfig("ipam: %v", err)
	}
	return nil
}
