package probe

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// NamePrefix is the prefix of the name of every object that a probe creates.
const NamePrefix = "hcnctl-probe-"

// idPrefix is the prefix of the ID of every object that a probe creates: namespaces, load balancers and routes of HCN
// have no name.
const idPrefix = "9b0be000-"

// idSource generates IDs that Clean recognises.
type idSource struct {
	run  uint32 // differs from run to run, so that a run does not find the objects of another
	last uint32
}

func (s *idSource) next() string {
	s.last++
	return fmt.Sprintf("%s%04x-4%03x-8000-%012x", idPrefix, s.run>>16, s.run&0xfff, s.last)
}

// Clean deletes every object on the node that a probe created, including those of interrupted runs, and returns what it
// deleted. It deletes nothing else: an object counts as a probe's only if its ID has their prefix and, if it has a
// name, so does its name.
func Clean(hcn hostnet.HCN) (deleted []string, err error) {
	var errs []error
	for _, kind := range []hostnet.Kind{SdnRoute, LoadBalancer, Endpoint, Namespace, Network} {
		list, err := hcn.Enumerate(kind, anyQuery)
		if err != nil {
			errs = append(errs, fmt.Errorf("list %ss: %w", kind, err))
			continue
		}
		var ids []string
		if err := json.Unmarshal([]byte(list), &ids); err != nil {
			errs = append(errs, fmt.Errorf("list %ss: %w", kind, err))
			continue
		}
		for _, id := range ids {
			if !ours(hcn, kind, id) {
				continue
			}
			if err := hcn.Delete(kind, id); err != nil && !errors.Is(err, hostnet.ErrNotFound) {
				errs = append(errs, fmt.Errorf("delete %s %s: %w", kind, id, err))
				continue
			}
			deleted = append(deleted, string(kind)+" "+id)
		}
	}
	return deleted, errors.Join(errs...)
}

func ours(hcn hostnet.HCN, kind hostnet.Kind, id string) bool {
	if !strings.HasPrefix(strings.ToLower(id), idPrefix) {
		return false
	}
	if kind != Network && kind != Endpoint {
		return true
	}
	text, err := hcn.Query(kind, id, anyQuery)
	var document struct{ Name string }
	return err == nil && json.Unmarshal([]byte(text), &document) == nil &&
		(strings.HasPrefix(document.Name, NamePrefix) || kind == Endpoint && unnamed(document.Name))
}

// unnamed reports whether HNS shows a name for an endpoint that was created without one.
func unnamed(name string) bool { return name == "" || name == "Ethernet" }

// drop deletes the probe's objects, newest first, and returns those that could not be deleted.
func (a *Asker) drop() error {
	var errs []error
	for i := len(a.made) - 1; i >= 0; i-- {
		o := a.made[i]
		if err := a.hcn.Delete(o.kind, o.id); err != nil && !errors.Is(err, hostnet.ErrNotFound) {
			errs = append(errs, fmt.Errorf("delete %s %s: %w", o.kind, o.id, err))
		}
	}
	a.made = nil
	return errors.Join(errs...)
}
