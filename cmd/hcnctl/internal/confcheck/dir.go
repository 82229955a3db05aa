package confcheck

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Paths checks files and the configurations in directories, in the order given. An unreadable path is an error, not a
// finding.
func Paths(paths []string, against Against) (findings []Finding, files int, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, 0, err
		}
		names := []string{path}
		if info.IsDir() {
			if names, err = Configurations(path); err != nil {
				return nil, 0, err
			}
			findings = append(findings, directory(path, names)...)
		}
		for _, name := range names {
			text, err := os.ReadFile(name) // #nosec G304 -- the operator names the file
			if err != nil {
				return nil, 0, err
			}
			files++
			findings = append(findings, File(name, text, against)...)
		}
	}
	return findings, files, nil
}

// Configurations returns the files of a directory that runtimes read, in their order.
func Configurations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && slices.Contains([]string{".conf", ".conflist", ".json"}, filepath.Ext(e.Name())) {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(names)
	return names, nil
}

func directory(dir string, names []string) []Finding {
	if len(names) == 0 {
		return []Finding{{File: dir, Severity: Warning, Message: "contains no .conf, .conflist or .json: pods get no network"}}
	}
	var findings []Finding
	for _, name := range names[1:] {
		findings = append(findings, Finding{File: name, Severity: Warning,
			Message: fmt.Sprintf("kubelet's runtime uses only the first configuration of a directory, which is %s", filepath.Base(names[0]))})
	}
	return findings
}
