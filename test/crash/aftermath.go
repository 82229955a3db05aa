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

// aftermath is what the runtime did after a verb, and the state in the end.
type aftermath struct {
	once sync.Once
	then []followUp
	end  *state
	err  error
}

// aftermath does what a runtime does after the verb. The plugins start without a fault then, and with
// nothing but the node to go by: where a verb left a node just as another case of the template did, what
// followed there is taken. Most faults leave one of a few states, so this saves most starts.
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

// files sums up the files of a node that a plugin reads: all but the state of the emulator, which is
// compared by its dump, and what is only written to.
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
		_, _ = fmt.Fprintf(sum, "%s %q\n", rel, data) // a hash takes everything
		return err
	})
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}
