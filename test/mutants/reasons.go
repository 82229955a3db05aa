package main

import (
	"fmt"
	"os"
	"strings"
)

// reasons has the acceptable survivors, by mutant.key, or by file for what this machine cannot run.
type reasons map[string]string

func (r reasons) explain(m mutant) bool { return r[m.key()] != "" || r[m.File+" *"] != "" }

// readReasons reads the acceptable survivors, with the reason for each.
func readReasons(file string) (reasons, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := reasons{}
	for n, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, reason := cutReason(line)
		if reason == "" {
			return nil, fmt.Errorf("%s:%d: want file, kind, `code` and the reason, or file, * and the reason", file, n+1)
		}
		all[key] = reason
	}
	return all, nil
}

func cutReason(line string) (key, reason string) {
	if file, reason, whole := strings.Cut(line, " * "); whole && !strings.Contains(file, "`") {
		return file + " *", strings.TrimSpace(reason)
	}
	end := strings.LastIndex(line, "`")
	return line[:end+1], strings.TrimSpace(line[end+1:])
}
