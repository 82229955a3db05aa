package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// aftermath is what the runtime did after a verb, and the final state.
type aftermath struct {
	once sync.Once
	then []followUp
	end  *state
	err  error
}

// aftermath does what a runtime does after the verb. The plugins then run without a fault, and their behaviour depends
// only on the node: if another case of the template left the same state, its aftermath is reused. Most faults leave one
// of a few states, so this saves most starts.
func (n *node) aftermath(o *observed) ([]followUp, *state, error) {
	killed := o.run.Exit != 0 && strings.Contains(o.fault.text, "kill")
	files, err := n.files()
	if err != nil {
		return nil, nil, err
	}
	key := fmt.Sprint(killed, passThrough(o.fault), files, o.after)
	found, _ := o.t.aftermaths.LoadOrStore(key, new(aftermath))
	a := found.(*aftermath)
	a.once.Do(func() {
		if a.then, a.err = n.react(oneCase{o.t, o.fault}, killed); a.err == nil {
			a.end, a.err = readState(n)
		}
	})
	return a.then, a.end, a.err
}

// files returns a hash of the files of a node that a plugin reads: all but the state of the emulator, which is compared
// by its dump, and files that are only written.
func (n *node) files() (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(n.dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if name := d.Name(); name == "hns.db" || name == "journal.jsonl" || strings.HasSuffix(name, ".log") {
			return nil
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(n.dir, file)
		_, _ = fmt.Fprintf(sum, "%s %q\n", rel, data) // writing to a hash cannot fail
		return err
	})
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}
