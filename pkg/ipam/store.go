package ipam

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/alexflint/go-filemutex"
	hostlocal "github.com/containernetworking/plugins/plugins/ipam/host-local/backend"
	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/disk"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

const (
	lockFile = "lock"
	// lastFile and the number of a range set name the file with the last address that was reserved from it.
	lastFile = "last_reserved_ip."
)

// store is one network's reservations in host-local's files, locked from open to close, so that a verb sees and changes
// all range sets at once and its wait for the lock ends with its context. Unlike host-local's own store it stays inside
// its directory and opens regular files only: it follows no planted link, and a planted pipe does not block it.
type store struct {
	root  *os.Root
	dir   string
	mutex *filemutex.FileMutex
	made  []string // files of reservations that this store created
}

var _ hostlocal.Store = (*store)(nil)

// makeStore opens the reservations of a network, and creates their directory if it is missing.
func makeStore(ctx context.Context, network, dataDir string) (*store, error) {
	if err := checkNetwork(network); err != nil {
		return nil, err
	}
	dir := dirOf(network, dataDir)
	if err := privatedir.MakeReadable(dir); err != nil {
		return nil, fmt.Errorf("make the directory for the reservations of network %q: %w", network, err)
	}
	return openDir(ctx, network, dir)
}

// openStore is makeStore for directories that exist; else the error is fs.ErrNotExist.
func openStore(ctx context.Context, network, dataDir string) (*store, error) {
	if err := checkNetwork(network); err != nil {
		return nil, err
	}
	return openDir(ctx, network, dirOf(network, dataDir))
}

func openDir(ctx context.Context, network, dir string) (*store, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the reservations of network %q: %w", network, err)
	}
	s := &store{root: root, dir: dir}
	if err := s.lock(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", dir, err), root.Close())
	}
	return s, nil
}

// lock waits for host-local's own lock of the directory, or until ctx ends. An abandoned wait continues in the
// background, and unlocks at once when it succeeds.
func (s *store) lock(ctx context.Context) error {
	if err := regularOrAbsent(s.root, lockFile); err != nil {
		return err
	}
	var mutex *filemutex.FileMutex
	err := privatedir.Patiently(func() (err error) {
		mutex, err = filemutex.New(filepath.Join(s.dir, lockFile))
		return err
	})
	if err != nil {
		return err
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
		return fmt.Errorf("wait for its owner: %w", context.Cause(ctx))
	}
	if err != nil {
		return errors.Join(err, mutex.Close())
	}
	s.mutex = mutex
	return nil
}

// Lock does nothing: the allocator locks for each range set, and the store is locked for all of them.
func (s *store) Lock() error { return nil }

// Unlock does nothing; see Lock.
func (s *store) Unlock() error { return nil }

// Close unlocks the store.
func (s *store) Close() error { return errors.Join(s.mutex.Close(), s.root.Close()) }

// Reserve reports false if the address is taken. It remembers the file that it created, even if it failed afterwards.
func (s *store) Reserve(id, ifName string, ip net.IP, rangeID string) (bool, error) {
	name := fileName(ip.String())
	f, err := open(s.root, name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.made = append(s.made, name)
	_, err = f.WriteString(strings.TrimSpace(id) + disk.LineBreak + ifName)
	if err := errors.Join(err, f.Close()); err != nil {
		return false, errors.Join(err, remove(s.root, name))
	}
	if err := writeRegular(s.root, lastFile+rangeID, ip.String()); err != nil {
		return false, err
	}
	return true, nil
}

// LastReservedIP returns the address after which the search for a free one begins.
func (s *store) LastReservedIP(rangeID string) (net.IP, error) {
	text, err := readRegular(s.root, lastFile+rangeID)
	return net.ParseIP(text), err
}

// GetByID returns the addresses of an attachment.
func (s *store) GetByID(id, ifName string) []net.IP {
	var ips []net.IP
	_ = s.each(func(name string, o owner) error {
		if o.matches(owner{id, ifName}) {
			ips = append(ips, net.ParseIP(addressText(name)))
		}
		return nil
	})
	return ips
}

// ReleaseByID releases the addresses of an attachment, and those without an owner. It continues after an error.
func (s *store) ReleaseByID(id, ifName string) error {
	return s.each(func(name string, o owner) error {
		if !o.matches(owner{id, ifName}) && !o.nobody() {
			return nil
		}
		return remove(s.root, name)
	})
}

// forget releases what this store reserved.
func (s *store) forget() error {
	var errs []error
	for _, name := range s.made {
		if err := remove(s.root, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// keepOnly removes all reservations except those of the attachments. It continues after an error.
func (s *store) keepOnly(valid []owner) error {
	return s.each(func(name string, o owner) error {
		for _, attachment := range valid {
			if o.matches(attachment) {
				return nil
			}
		}
		return remove(s.root, name)
	})
}

// each calls f for every reservation, and returns all errors.
func (s *store) each(f func(name string, o owner) error) error { return eachReservation(s.root, f) }
