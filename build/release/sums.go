package main

import (
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeSums writes SHA256SUMS and SHA512SUMS of the named files, in the format of sha256sum -c.
func writeSums(dir string, names []string) error {
	slices.Sort(names)
	for file, newHash := range map[string]func() hash.Hash{"SHA256SUMS": sha256.New, "SHA512SUMS": sha512.New} {
		var lines strings.Builder
		for _, name := range names {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			h := newHash()
			h.Write(content)
			fmt.Fprintf(&lines, "%x  %s\n", h.Sum(nil), name)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(lines.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
