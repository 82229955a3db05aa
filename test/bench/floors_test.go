package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// TestMain lets the test binary play the roles of the program.
func TestMain(m *testing.M) {
	playRole()
	os.Exit(m.Run())
}

// TestFloors limits the counts: calls and processes, not seconds. Needs `make build-host`.
func TestFloors(t *testing.T) {
	b := &bench{bin: harness.NativeBin(harness.Root())}
	floors := map[string]struct {
		calls     map[string]int
		processes map[string]int
	}{
		"":              {map[string]int{"ADD": 14, "DEL": 13, "CHECK": 8, "STATUS": 5}, map[string]int{"ADD": 2, "DEL": 2, "CHECK": 2}},
		"_in_process":   {map[string]int{"ADD": 14, "DEL": 13, "CHECK": 8, "STATUS": 5}, map[string]int{"ADD": 1, "DEL": 1, "CHECK": 1, "STATUS": 1, "GC": 1}},
		"_hns":          {map[string]int{"ADD": 14, "DEL": 13, "CHECK": 8, "STATUS": 5}, map[string]int{"ADD": 1, "DEL": 1, "CHECK": 1, "STATUS": 1, "GC": 1}},
		"_port_mapping": {map[string]int{"ADD": 14, "DEL": 13, "CHECK": 8, "STATUS": 5}, map[string]int{"ADD": 2, "DEL": 2, "CHECK": 2}},
	}
	for _, v := range variants {
		t.Run("host-local"+v.suffix, func(t *testing.T) {
			c, err := b.count(v.conf, 50)
			if err != nil {
				t.Fatal(err)
			}
			for verb, most := range floors[v.suffix].calls {
				if c.calls[verb] > most {
					t.Errorf("%s makes %d HCN calls, at most %d", verb, c.calls[verb], most)
				}
			}
			if c.rss == 0 || c.rss > 18_000_000 {
				t.Errorf("ADD had %d bytes resident, at most 18000000", c.rss)
			}
			for verb, most := range floors[v.suffix].processes {
				if c.processes[verb] > most {
					t.Errorf("%s starts %d processes, at most %d", verb, c.processes[verb], most)
				}
			}
		})
	}
}

// TestExecutableSize keeps the shipped plugins small. Needs `make build-windows`.
func TestExecutableSize(t *testing.T) {
	const most = 4_500_000
	for _, p := range plugins {
		info, err := os.Stat(filepath.Join(harness.Root(), "out", "windows_amd64", p+".exe"))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > most {
			t.Errorf("%s.exe has %d bytes, at most %d", p, info.Size(), most)
		}
	}
}
