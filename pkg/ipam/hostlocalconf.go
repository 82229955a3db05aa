package ipam

import (
	"bytes"
	"encoding/json"
	"strings"
)

const validAttachments = "cni.dev/valid-attachments"

// hostLocalConf is what a verb other than ADD needs of the configuration.
type hostLocalConf struct {
	network string
	dataDir string
	valid   *[]owner // nil: the configuration does not say
}

// owner is whom an address is reserved for. Reservations of host-local before 0.8 have no ifName.
type owner struct {
	containerID string
	ifName      string
}

// nobody reports whether a reservation has no owner. host-local creates the file of an address and then writes
// the owner into it, both under the lock of the directory: who holds the lock and finds an empty file sees
// what a killed process left.
func (o owner) nobody() bool { return o.containerID == "" }

// matches reports whether a reservation belongs to the attachment.
func (o owner) matches(attachment owner) bool {
	return o.containerID != "" && o.containerID == strings.TrimSpace(attachment.containerID) &&
		(o.ifName == "" || o.ifName == attachment.ifName)
}

func readHostLocalConf(stdin []byte) (hostLocalConf, error) {
	var conf struct {
		Name string
		IPAM json.RawMessage
		// Kept as text, for libcni writes null where the runtime has no attachments.
		Valid json.RawMessage `json:"cni.dev/valid-attachments"`
	}
	if err := json.Unmarshal(stdin, &conf); err != nil {
		return hostLocalConf{}, badConfig("read the configuration: %v", err)
	}
	var section struct{ DataDir string }
	_ = json.Unmarshal(conf.IPAM, &section) // a section that cannot be read means the default
	w := hostLocalConf{network: conf.Name, dataDir: section.DataDir}
	if err := checkNetwork(w.network); err != nil || len(bytes.TrimSpace(conf.Valid)) == 0 {
		return w, err
	}
	var list []struct{ ContainerID, IfName string }
	if err := json.Unmarshal(conf.Valid, &list); err != nil {
		return hostLocalConf{}, badConfig("%s: %v", validAttachments, err)
	}
	valid := make([]owner, len(list))
	for i, a := range list {
		valid[i] = owner{a.ContainerID, a.IfName}
	}
	w.valid = &valid
	return w, nil
}

// checkNetwork refuses network names that are no directory names: host-local makes them one.
func checkNetwork(name string) error {
	if name == "" || name == "." || strings.Contains(name, "..") || strings.ContainsFunc(name, notInFileName) {
		return badConfig("name %q: not usable as a directory name", name)
	}
	return nil
}
