package attach

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Replacements record the load balancers that are being replaced: below HNS 15.5 one is deleted and recreated, and the
// other pods must not lose their service if the process is killed in between. The next process that holds the lock of
// that front end, and finds a replacement but no load balancer, finishes it. All methods need that lock.
type Replacements interface {
	// Begin records the load balancer that will be created.
	Begin(lb hcnspec.LoadBalancer) error
	// Unfinished returns the replacement of lb's front end that has begun and not ended, or nil.
	Unfinished(lb hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error)
	// End deletes the record of the replacement. Usually there is none.
	End(lb hcnspec.LoadBalancer) error
}

// ReplacementFiles is Replacements in a directory, one file each.
type ReplacementFiles string

var _ Replacements = ReplacementFiles("")

// ReplacementsOfNode returns the records that all processes of this node share.
func ReplacementsOfNode() ReplacementFiles { return ReplacementFiles(privatedir.Path("replacement")) }

func (dir ReplacementFiles) file(lb hcnspec.LoadBalancer) string {
	return filepath.Join(string(dir), frontEndFile(lb))
}

// frontEndFile names the file about a front end.
func frontEndFile(lb hcnspec.LoadBalancer) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(frontEnd(lb)))
	return fmt.Sprintf("loadbalancer-%016x.json", h.Sum64())
}

// Begin implements Replacements.
func (dir ReplacementFiles) Begin(lb hcnspec.LoadBalancer) error {
	if err := writeWhole(dir.file(lb), lb); err != nil {
		return fmt.Errorf("record the replacement of load balancer %s: %w", frontEnd(lb), err)
	}
	return nil
}

// writeWhole writes a JSON document to a file atomically, so that a reader finds all of it or none.
func writeWhole(file string, v any) error {
	if err := privatedir.Create(filepath.Dir(file)); err != nil {
		return err
	}
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := privatedir.WriteFile(file+".new", doc); err != nil {
		return errors.Join(err, removeIfThere(file+".new"))
	}
	return privatedir.Rename(file+".new", file)
}

// removeWhole removes what writeWhole wrote, and what it left half-done when its process was killed.
func removeWhole(file string) error {
	return errors.Join(removeIfThere(file), removeIfThere(file+".new"))
}

func removeIfThere(file string) error {
	if err := privatedir.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Unfinished implements Replacements.
func (dir ReplacementFiles) Unfinished(lb hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	doc, err := privatedir.ReadFile(dir.file(lb))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the replacement of load balancer %s: %w", frontEnd(lb), err)
	}
	var begun hcnspec.LoadBalancer
	if json.Unmarshal(doc, &begun) != nil || !sameFrontEnd(begun, lb) {
		return nil, nil
	}
	return &begun, nil
}

// End implements Replacements.
func (dir ReplacementFiles) End(lb hcnspec.LoadBalancer) error {
	if err := removeWhole(dir.file(lb)); err != nil {
		return fmt.Errorf("delete the record of the replacement of load balancer %s: %w", frontEnd(lb), err)
	}
	return nil
}
