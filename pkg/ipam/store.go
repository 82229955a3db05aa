package ipam

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/alexflint/go-filemutex"
	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/disk"
)

// defaultDataDir is host-local's. On Windows it lies on the drive of the working directory.
const defaultDataDir = "/var/lib/cni/networks"

// store is one network's reservations, locked from open to close, so that a verb sees and changes all
// range sets at once and its wait for the lock ends with its context.
type store struct {
	*disk.Store
	dir   string
	mutex *filemutex.FileMutex
	made  []string // files of reservations that this store made
}

// Lock does nothing: the allocator asks for the lock that the store already has.
func (s *store) Lock() error { return nil }

// Unlock does nothing; see Lock.
func (s *store) Unlock() error { return nil }

// makeStore opens the reservations of a network, and makes their directory if it is missing.
func makeStore(ctx context.Context, network, dataDir string) (*store, error) {
	if err := checkNetwork(network); err != nil {
		return nil, err
	}
	if dataDir == "" {
		dataDir = defaultDataDir
	}
	files, err := disk.New(network, dataDir)
	if err != nil {
		return nil, fmt.Errorf("open the reservations of network %q: %w", network, err)
	}
	dir := filepath.Join(dataDir, network)
	mutex, err := lockDir(ctx, dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", dir, err), files.Close())
	}
	return &store{Store: files, dir: dir, mutex: mutex}, nil
}

// openStore is makeStore for directories that are there; else the error is fs.ErrNotExist.
func openStore(ctx context.Context, network, dataDir string) (*store, error) {
	if dataDir == "" {
		dataDir = defaultDataDir
	}
	if _, err := os.Stat(filepath.Join(dataDir, network)); err != nil {
		return nil, fmt.Errorf("open the reservations of network %q: %w", network, err)
	}
	return makeStore(ctx, network, dataDir)
}

// lockDir waits for host-local's own lock of the directory, or until ctx ends. A wait that is given up
// goes on in the background, and unlocks again at once when it succeeds.
func lockDir(ctx context.Context, dir string) (*filemutex.FileMutex, error) {
	mutex, err := filemutex.New(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	locked := make(chan error, 1)
	go func() { locked <- mutex.Lock() }()
	select {
	case err = <-locked:
	case <-ctx.Done():
		go func() {
			<-locked
			_ = mutex.Close()
		}()
		return nil, fmt.Errorf("wait for its owner: %w", context.Cause(ctx))
	}
	if err != nil {
		return nil, errors.Join(err, mutex.Close())
	}
	return mutex, nil
}

func (s *store) close() error { return errors.Join(s.mutex.Close(), s.Store.Close()) }

// Reserve remembers what it made, also if it failed half-way.
func (s *store) Reserve(id, ifName string, ip net.IP, rangeID string) (bool, error) {
	file := disk.GetEscapedPath(s.dir, ip.String())
	_, missing := os.Stat(file)
	ok, err := s.Store.Reserve(id, ifName, ip, rangeID)
	if errors.Is(missing, os.ErrNotExist) && (ok || err != nil) {
		s.made = append(s.made, file)
	}
	return ok, err
}

// forget takes back what this store reserved.
func (s *store) forget() error {
	var errs []error
	for _, file := range s.made {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// keepOnly removes all reservations but those of the attachments. It goes on after an error.
func (s *store) keepOnly(valid []owner) error {
	return s.each(func(file string, o owner) error {
		for _, attachment := range valid {
			if o.matches(attachment) {
				return nil
			}
		}
		return os.Remove(file)
	})
}

// each calls f for every reservation, and returns all errors.
func (s *store) each(f func(file string, o owner) error) error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, entry := range entries {
		if !isReservation(entry) {
			continue
		}
		file := filepath.Join(s.dir, entry.Name())
		text, err := os.ReadFile(file)
		if err == nil {
			err = f(file, readOwner(string(text)))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// isReservation tells files named after an address from the lock and from last_reserved_ip.0.
func isReservation(entry os.DirEntry) bool {
	name := entry.Name()
	if runtime.GOOS == "windows" {
		name = strings.ReplaceAll(name, "_", ":")
	}
	return !entry.IsDir() && net.ParseIP(name) != nil
}

func readOwner(text string) owner {
	id, ifName, _ := strings.Cut(strings.TrimSpace(text), disk.LineBreak)
	return owner{id, ifName}
}
