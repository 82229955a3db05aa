package main

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"
)

// archive is a zip whose bytes depend only on its content: entries sorted, the same time for all.
type archive struct {
	time    time.Time
	entries []entry
}

type entry struct {
	name       string
	path       string // read from here, if bytes is nil
	bytes      []byte
	executable bool
}

func (z *archive) addFile(name, path string, executable bool) {
	z.entries = append(z.entries, entry{name: name, path: path, executable: executable})
}

func (z *archive) addBytes(name string, b []byte) {
	z.entries = append(z.entries, entry{name: name, bytes: b})
}

// addTree adds a file, or all files below a directory.
func (z *archive) addTree(name, root string) error {
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("add %s: %w", name, err)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		z.addFile(path.Join(name, filepath.ToSlash(rel)), p, false)
		return nil
	})
}

func (z *archive) write(file string) error {
	slices.SortFunc(z.entries, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	w := zip.NewWriter(out)
	for _, e := range z.entries {
		if err := z.writeEntry(w, e); err != nil {
			out.Close()
			return fmt.Errorf("zip %s: %w", e.name, err)
		}
	}
	if err := w.Close(); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

func (z *archive) writeEntry(w *zip.Writer, e entry) error {
	content := e.bytes
	if content == nil {
		var err error
		if content, err = os.ReadFile(e.path); err != nil {
			return err
		}
	}
	header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: z.time}
	header.SetMode(0o644)
	if e.executable {
		header.SetMode(0o755)
	}
	f, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}
