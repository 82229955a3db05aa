package hcnemu

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/node"
)

// Settings are the five HCNEMU_* variables, unparsed. docs/emulator.md describes them.
type Settings struct {
	Dir         string // HCNEMU_DIR; empty is hcnemu in the user's cache directory
	HostProfile string // HCNEMU_HOST: JSON, or the path of a file with it
	Latency     string // HCNEMU_LATENCY
	Faults      string // HCNEMU_FAULTS
	Seed        string // HCNEMU_SEED: a number, or "new"; empty always chooses the first free address
}

// SettingsFromEnv reads the settings from an environment, for example with os.Getenv.
func SettingsFromEnv(getenv func(string) string) Settings {
	return Settings{
		Dir:         getenv("HCNEMU_DIR"),
		HostProfile: getenv("HCNEMU_HOST"),
		Latency:     getenv("HCNEMU_LATENCY"),
		Faults:      getenv("HCNEMU_FAULTS"),
		Seed:        getenv("HCNEMU_SEED"),
	}
}

// Host is this process's access to an emulated node. It may be used by many goroutines.
type Host struct {
	dir     string
	profile *node.Profile
	latency latencies
	faults  *faultPlan

	mu      sync.Mutex
	handles map[Handle]held
	last    Handle

	turn  sync.Mutex          // taken before the lock file, so that only one goroutine of a process waits in the kernel
	sleep func(time.Duration) // replaced by tests
}

// Open returns access to the emulated node in s.Dir, which is created if missing. An invalid setting is an error that
// names the variable and its value; all of them are reported.
func Open(s Settings) (*Host, error) {
	dir, errDir := stateDir(s.Dir)
	profile, errHost := node.Load(s.HostProfile)
	latency, errLatency := parseLatency(s.Latency)
	faults, errFaults := parseFaults(s.Faults)
	seed, errSeed := parseSeed(s.Seed)
	if err := errors.Join(errDir, errHost, errLatency, errFaults, errSeed); err != nil {
		return nil, err
	}
	profile.Seed = seed
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("HCNEMU_DIR %q: %w", s.Dir, err)
	}
	return &Host{
		dir: dir, profile: profile, latency: latency, faults: faults,
		handles: make(map[Handle]held), sleep: time.Sleep,
	}, nil
}

// Dir returns the state directory.
func (h *Host) Dir() string { return h.dir }

func stateDir(dir string) (string, error) {
	if dir != "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return "", fmt.Errorf("HCNEMU_DIR %q: %w", dir, err)
		}
		return abs, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("HCNEMU_DIR is not set, and there is no cache directory: %w", err)
	}
	return filepath.Join(cache, "hcnemu"), nil
}

// parseSeed reads HCNEMU_SEED: a number, or "new" for a different one in each process. Without a seed HNS always
// chooses the first free value, unlike any real HNS.
func parseSeed(s string) (*uint64, error) {
	switch s {
	case "":
		return nil, nil
	case "new":
		seed := rand.Uint64() // #nosec G404 -- the order of an emulation, not a secret
		return &seed, nil
	}
	seed, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		return nil, fmt.Errorf("HCNEMU_SEED %q: want a number, or new", s)
	}
	return &seed, nil
}
