package netconf

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Locate returns where the value at a Problem's path begins in data: line and column, from 1, columns in
// characters. Keys match in any case. The steps Value and Settings may be left out by data, as flat policies
// do. It returns 0, 0 where data is no JSON or has no such value.
func Locate(data []byte, path string) (line, column int) {
	n, err := decodeTree(data)
	if err != nil {
		return 0, 0
	}
	if n = n.at(path); n == nil {
		return 0, 0
	}
	return position(data, n.start)
}

// at follows path from n, or returns nil.
func (n *node) at(path string) *node {
	switch {
	case n == nil || path == "":
		return n
	case path[0] == '[':
		return n.index(path)
	}
	path = strings.TrimPrefix(path, ".")
	for i := len(n.fields) - 1; i >= 0; i-- {
		rest, ok := cutStep(path, n.fields[i].key)
		if !ok {
			continue
		}
		if found := n.fields[i].value.at(rest); found != nil {
			return found
		}
	}
	for _, step := range []string{"Value", "Settings"} {
		if rest, ok := cutStep(path, step); ok && n.get(step) == nil {
			return n.at(rest)
		}
	}
	return nil
}

// index follows a path that begins with [i].
func (n *node) index(path string) *node {
	digits, rest, ok := strings.Cut(path[1:], "]")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || i < 0 || i >= len(n.items) {
		return nil
	}
	return n.items[i].at(rest)
}

// cutStep removes key from the front of path, where key may itself hold dots.
func cutStep(path, key string) (rest string, ok bool) {
	if key == "" || len(path) < len(key) || !strings.EqualFold(path[:len(key)], key) {
		return "", false
	}
	rest = path[len(key):]
	return rest, rest == "" || rest[0] == '.' || rest[0] == '['
}

func position(data []byte, at int) (line, column int) {
	before := data[:min(at, len(data))]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[begin:]) + 1
}
