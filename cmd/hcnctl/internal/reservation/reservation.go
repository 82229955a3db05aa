// Package reservation reads and releases the addresses that host-local keeps as files: one file for each
// address, named by it, that holds the container and the interface.
package reservation

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/disk"
)

// DefaultDir is where host-local keeps the networks' directories unless ipam.dataDir says otherwise. On
// Windows it is on the drive that the runtime was started from, usually C:.
const DefaultDir = "/var/lib/cni/networks"

// Reservation is one address that is taken.
type Reservation struct {
	Network   string // the directory's name, which is the configuration's name
	Address   netip.Addr
	Container string
	IfName    string // empty in files of host-local before 0.7
	File      string
}

// All returns the reservations below the data directories, in the order of networks and addresses. A
// directory that does not exist has none.
func All(dataDirs []string) ([]Reservation, error) {
	var all []Reservation
	for _, dataDir := range dataDirs {
		networks, err := os.ReadDir(dataDir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reserved addresses: %w", err)
		}
		for _, network := range networks {
			if !network.IsDir() {
				continue
			}
			some, err := ofNetwork(filepath.Join(dataDir, network.Name()))
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	return all, nil
}

func ofNetwork(dir string) ([]Reservation, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reserved addresses: %w", err)
	}
	var all []Reservation
	for _, f := range files {
		// host-local writes the colons of IPv6 addresses as underscores on Windows.
		addr, err := netip.ParseAddr(strings.ReplaceAll(f.Name(), "_", ":"))
		if err != nil {
			continue // its lock, and the last address it gave out
		}
		file := filepath.Join(dir, f.Name())
		r, err := read(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // released meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("reserved addresses: %w", err)
		}
		r.Network, r.Address, r.File = filepath.Base(dir), addr, file
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Reservation) int { return a.Address.Compare(b.Address) })
	return all, nil
}

func read(file string) (Reservation, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Reservation{}, err
	}
	container, ifName, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return Reservation{Container: strings.TrimSpace(container), IfName: strings.TrimSpace(ifName)}, nil
}

// Release gives the address back under host-local's lock, if it still is the same container's.
func Release(r Reservation) error {
	lock, err := disk.NewFileLock(filepath.Dir(r.File))
	if err != nil {
		return fmt.Errorf("release %s: %w", r.Address, err)
	}
	defer lock.Close()
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("release %s: %w", r.Address, err)
	}
	defer lock.Unlock()
	now, err := read(r.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("release %s: %w", r.Address, err)
	case now.Container != r.Container || now.IfName != r.IfName:
		return fmt.Errorf("release %s: it is container %q's by now", r.Address, now.Container)
	}
	if err := os.Remove(r.File); err != nil {
		return fmt.Errorf("release %s: %w", r.Address, err)
	}
	return nil
}
