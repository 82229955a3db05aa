package attach

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/internal/privatedir"
)

// An intent is the load balancer that a replacement is about to make, in a file. Whoever next holds the
// lock of that front end, and finds no load balancer but an intent, finishes the replacement. All of
// these functions need that lock.

func intentFile(lb hcnspec.LoadBalancer) string {
	h := fnv.New64a()
	h.Write([]byte(frontEnd(lb)))
	return filepath.Join(privatedir.Path("intent"), fmt.Sprintf("loadbalancer-%016x.json", h.Sum64()))
}

// writeIntent puts the file in place in one step, so that a reader finds all of it or none.
func writeIntent(lb hcnspec.LoadBalancer) error {
	file := intentFile(lb)
	if err := privatedir.Create(filepath.Dir(file)); err != nil {
		return err
	}
	doc, err := json.Marshal(lb)
	if err != nil {
		return fmt.Errorf("note the load balancer %s: %w", frontEnd(lb), err)
	}
	if err := os.WriteFile(file+".new", doc, 0o600); err != nil {
		return fmt.Errorf("note the load balancer %s: %w", frontEnd(lb), err)
	}
	return os.Rename(file+".new", file)
}

// readIntent returns the interrupted replacement of lb's front end, or nil.
func readIntent(lb hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	doc, err := os.ReadFile(intentFile(lb))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the note on load balancer %s: %w", frontEnd(lb), err)
	}
	var noted hcnspec.LoadBalancer
	if json.Unmarshal(doc, &noted) != nil || !sameFrontEnd(noted, lb) {
		return nil, nil
	}
	return &noted, nil
}

// dropIntent forgets the replacement. Usually there is none.
func dropIntent(lb hcnspec.LoadBalancer) error {
	err := os.Remove(intentFile(lb))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("drop the note on load balancer %s: %w", frontEnd(lb), err)
	}
	return nil
}
