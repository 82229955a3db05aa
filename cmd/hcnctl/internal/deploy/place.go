// Package deploy installs executables, even over running ones, and removes them again.
package deploy

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

// Outcome is the result of Place.
type Outcome string

// The outcomes of Place.
const (
	Installed Outcome = "installed"
	Upgraded  Outcome = "upgraded"
	Replaced  Outcome = "replaced another project's, kept as *" + keptSuffix
	Unchanged Outcome = "unchanged"
)

const (
	module     = "github.com/Microsoft/windows-container-networking/"
	keptSuffix = ".before-hcnctl"
	oldSuffix  = ".old-hcnctl"
	newSuffix  = ".new-hcnctl"
)

// Place makes target a copy of source. A runtime that starts target meanwhile gets the old or the new one, never half
// of one, and a running old one continues. An executable of another project is kept under another name.
func Place(source, target string) (Outcome, error) {
	removeOld(target)
	content, err := os.ReadFile(source) // #nosec G304 -- the operator names the file
	if err != nil {
		return "", fmt.Errorf("install %s: %w", filepath.Base(target), err)
	}
	have, err := os.ReadFile(target) // #nosec G304 -- the operator names the file
	outcome := Upgraded
	switch {
	case errors.Is(err, fs.ErrNotExist):
		outcome = Installed
	case err != nil:
		return "", fmt.Errorf("install %s: %w", filepath.Base(target), err)
	case bytes.Equal(have, content):
		return Unchanged, nil
	case !Ours(target):
		outcome = Replaced
		if err := keep(target, have); err != nil {
			return "", err
		}
	}
	if err := write(target+newSuffix, content); err != nil {
		return "", err
	}
	return outcome, swap(target+newSuffix, target)
}

// keep saves an executable of another project, unless one is already saved.
func keep(target string, content []byte) error {
	if _, err := os.Stat(target + keptSuffix); err == nil {
		return nil
	}
	return write(target+keptSuffix, content)
}

// write writes an executable and syncs it to the disk, so that a power failure leaves no empty one.
func write(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755) // #nosec G302 G304 -- an executable that every user may run, at the operator's path
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// swap renames over the target. Windows refuses that while the target runs, but lets a running executable
// be renamed away; it is deleted by the next Place. The first try also waits for a virus scanner that reads the new
// file, so that the target is not missing for as long.
func swap(from, target string) error {
	err := privatedir.Rename(from, target)
	if err == nil {
		return nil
	}
	away, moveErr := moveAway(target)
	if moveErr != nil {
		return errors.Join(err, moveErr)
	}
	if err := privatedir.Rename(from, target); err != nil {
		return errors.Join(err, privatedir.Rename(away, target))
	}
	removeOld(target)
	return nil
}

// moveAway renames the target to an unused name.
func moveAway(target string) (string, error) {
	for i := 0; ; i++ {
		away := fmt.Sprintf("%s%s%d", target, oldSuffix, i)
		if _, err := os.Lstat(away); errors.Is(err, fs.ErrNotExist) {
			return away, privatedir.Rename(target, away)
		}
	}
}

// removeOld deletes the files that earlier upgrades renamed. Those that still run stay until the next time.
func removeOld(target string) {
	olds, err := filepath.Glob(escapeGlob(target) + oldSuffix + "*")
	if err != nil {
		return
	}
	for _, old := range olds {
		_ = os.Remove(old)
	}
}

func escapeGlob(path string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(path)
}

// Ours reports whether the executable was built from this project.
func Ours(path string) bool {
	info, err := buildinfo.ReadFile(path)
	return err == nil && strings.HasPrefix(info.Path, module)
}

// Remove deletes an executable of this project and restores the one that it had replaced. It reports whether there was
// one; it leaves another project's alone.
func Remove(target string) (bool, error) {
	removeOld(target)
	if !Ours(target) {
		return false, nil
	}
	if err := privatedir.Remove(target); err != nil {
		if _, moveErr := moveAway(target); moveErr != nil {
			return false, errors.Join(err, moveErr)
		}
	}
	err := privatedir.Rename(target+keptSuffix, target)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return true, err
}
