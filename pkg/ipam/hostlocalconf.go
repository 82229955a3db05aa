package ipam

import (
	"bytes"
	"encoding/json"
	"strings"
)

const validAttachments = "cni.dev/valid-attachments"

// hostLocalConf is the part of the configuration that verbs other than ADD need.
type hostLocalConf struct {
	network string
	dataDir string
	valid   *[]owner // nil: not in the configuration
}

// owner is the attachment that an address is reserved for. Reservations of host-local before 0.8 have no ifName.
type owner struct {
	containerID string
	ifName      string
}

// nobody reports whether a reservation has no owner. host-local creates the file of an address and then writes the
// owner into it, both under the lock of the directory: an empty file that is found under the lock was left by a killed
// process.
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
		// Kept as text because libcni writes null if the runtime has no attachments.
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

// checkNetwork rejects network names that are no directory names: host-local uses them as one.
func checkNetwork(name string) error {
	if name == "" || name == "." || strings.Contains(name, "..") || strings.ContainsFunc(name, notInFileName) {
		return badConfig("name %q: not usable as a directory name", name)
	}
	return nil
}
