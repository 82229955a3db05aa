package ipam

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"sort"
)

// Reservation is one address that is taken according to host-local's files.
type Reservation struct {
	Network   string // the directory's name, which is the configuration's name
	Address   netip.Addr
	Container string
	IfName    string // empty in files of host-local before 0.8
	File      string
}

// Reservations returns the reservations below the data directories, in the order of networks and addresses. A directory
// that does not exist has none.
func Reservations(dataDirs []string) ([]Reservation, error) {
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
			some, err := reservationsIn(filepath.Join(dataDir, network.Name()))
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	return all, nil
}

func reservationsIn(dir string) ([]Reservation, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reserved addresses: %w", err)
	}
	defer func() { _ = root.Close() }()
	var all []Reservation
	err = eachReservation(root, func(name string, o owner) error {
		addr, err := netip.ParseAddr(addressText(name))
		all = append(all, Reservation{Network: filepath.Base(dir), Address: addr, Container: o.containerID, IfName: o.ifName,
			File: filepath.Join(dir, name)})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reserved addresses: %w", err)
	}
	sort.Sort(byAddress(all))
	return all, nil
}

// byAddress sorts reservations.
type byAddress []Reservation

func (r byAddress) Len() int           { return len(r) }
func (r byAddress) Less(i, j int) bool { return r[i].Address.Less(r[j].Address) }
func (r byAddress) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }

// Release releases the address under host-local's lock, if it still belongs to the same container.
func (r Reservation) Release(ctx context.Context) error {
	s, err := openDir(ctx, r.Network, filepath.Dir(r.File))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("release %s: %w", r.Address, err)
	}
	defer func() { _ = s.Close() }()
	name := filepath.Base(r.File)
	text, err := readRegular(s.root, name)
	now := readOwner(text)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
	case now != owner{r.Container, r.IfName}:
		err = fmt.Errorf("container %q has it now", now.containerID)
	default:
		err = remove(s.root, name)
	}
	if err != nil {
		return fmt.Errorf("release %s: %w", r.Address, err)
	}
	return nil
}
