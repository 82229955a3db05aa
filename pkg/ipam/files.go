package ipam

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"syscall"

	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/disk"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

// DefaultDataDir is where host-local keeps the networks' directories unless ipam.dataDir names another directory. On
// Windows it is on the drive of the runtime's working directory, usually C:.
const DefaultDataDir = "/var/lib/cni/networks"

// maxFile limits how many bytes of a file are read: a reservation is two lines.
const maxFile = 4096

func dirOf(network, dataDir string) string {
	if dataDir == "" {
		dataDir = DefaultDataDir
	}
	return filepath.Join(dataDir, network)
}

// fileName returns the file name of an address: Windows allows no colons.
func fileName(address string) string {
	if runtime.GOOS == "windows" {
		return strings.ReplaceAll(address, ":", "_")
	}
	return address
}

// addressText returns the address that a file is named after; a directory may come from Windows on other systems too.
func addressText(name string) string { return strings.ReplaceAll(name, "_", ":") }

// isReservation distinguishes files named after an address from the lock and from last_reserved_ip.0. Only regular
// files are host-local's.
func isReservation(entry fs.DirEntry) bool {
	addr, err := netip.ParseAddr(addressText(entry.Name()))
	return err == nil && addr.Zone() == "" && entry.Type().IsRegular()
}

// eachReservation calls f for every reservation in a network's directory, by name, and returns all errors. It skips a
// reservation that is released meanwhile.
func eachReservation(root *os.Root, f func(name string, o owner) error) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return err
	}
	sort.Sort(byName(entries))
	var errs []error
	for _, entry := range entries {
		if !isReservation(entry) {
			continue
		}
		text, err := readRegular(root, entry.Name())
		if err == nil {
			err = f(entry.Name(), readOwner(text))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// readOwner reads a reservation's two lines: the container, and since host-local 0.8 the interface.
func readOwner(text string) owner {
	id, ifName, _ := strings.Cut(strings.TrimSpace(text), strings.TrimPrefix(disk.LineBreak, "\r"))
	return owner{strings.TrimSpace(id), strings.TrimSpace(ifName)}
}

// regularOrAbsent rejects anything but a regular file: opening a pipe would wait for its other end, and writing through
// a link would change its target.
func regularOrAbsent(root *os.Root, name string) error {
	var info fs.FileInfo
	err := privatedir.Patiently(func() (err error) {
		info, err = root.Lstat(name)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q is not a regular file (%s): remove it", filepath.Join(root.Name(), name), info.Mode().Type())
	}
	return err
}

// open waits up to a second for a process that opened the file exclusively, as a virus scanner does for a moment.
func open(root *os.Root, name string, flag int) (f *os.File, err error) {
	err = privatedir.Patiently(func() (err error) {
		f, err = root.OpenFile(name, flag|syscall.O_NONBLOCK, 0o600)
		return err
	})
	return f, err
}

// remove waits as open does.
func remove(root *os.Root, name string) error {
	return privatedir.Patiently(func() error { return root.Remove(name) })
}

func readRegular(root *os.Root, name string) (string, error) {
	if err := regularOrAbsent(root, name); err != nil {
		return "", err
	}
	f, err := open(root, name, os.O_RDONLY)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	return string(text), err
}

func writeRegular(root *os.Root, name, text string) error {
	if err := regularOrAbsent(root, name); err != nil {
		return err
	}
	f, err := open(root, name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// byName sorts the entries of a directory; see confdoc for why not with slices.SortFunc.
type byName []fs.DirEntry

func (e byName) Len() int           { return len(e) }
func (e byName) Less(i, j int) bool { return e[i].Name() < e[j].Name() }
func (e byName) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
