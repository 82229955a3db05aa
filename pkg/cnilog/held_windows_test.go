package cnilog

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Microsoft/windows-container-networking/test/filehold"
)

// A log that another process follows without FILE_SHARE_DELETE cannot be renamed: it grows, the older ones stay, and the first
// process after the reader has gone rotates it.
func TestFollowedLogIsRotatedLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nat.log")
	for i := 1; i <= 3; i++ {
		write(t, fmt.Sprintf("%s.%d", path, i), fmt.Sprintf("old %d\n", i))
	}
	write(t, path, "0123456789\n")
	release := filehold.WithoutDelete(t, path)
	for range 4 {
		appendAsProcess(t, path, "more\n")
	}
	expectFiles(t, path, "0123456789\nmore\nmore\nmore\nmore\n", "", "old 1\n", "old 2\n")
	release()
	appendAsProcess(t, path, "last\n")
	expectFiles(t, path, "last\n", "0123456789\nmore\nmore\nmore\nmore\n", "old 1\n", "old 2\n")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// appendAsProcess appends as a new process does, which knows nothing of earlier failures to rotate.
func appendAsProcess(t *testing.T, path, line string) {
	t.Helper()
	f := file{path: path, chosen: true, limit: 10, keep: 3, wait: lockWait}
	defer f.close()
	if err := f.append([]byte(line)); err != nil {
		t.Fatal(err)
	}
}

// expectFiles compares the log and the rotated ones; "" is for one that does not exist.
func expectFiles(t *testing.T, path string, want ...string) {
	t.Helper()
	for i, text := range want {
		name := path
		if i > 0 {
			name = fmt.Sprintf("%s.%d", path, i)
		}
		if got, err := os.ReadFile(name); string(got) != text || err != nil && text != "" {
			t.Errorf("%s holds %q, %v; want %q", filepath.Base(name), got, err, text)
		}
	}
}

// A log that a virus scanner has open exclusively is waited for, within the one budget of the process.
func TestScannedLogIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nat.log")
	write(t, path, "one\n")
	synctest.Test(t, func(t *testing.T) {
		const scan = lockWait / 2
		time.AfterFunc(scan, filehold.Exclusively(t, path))
		f := file{path: path, chosen: true, limit: 1000, keep: 3, wait: lockWait}
		start := time.Now()
		if err := f.append([]byte("two\n")); err != nil {
			t.Fatal(err)
		}
		f.close()
		if waited := time.Since(start); waited < scan || waited > scan+lockPause {
			t.Errorf("waited %v for a scan of %v", waited, scan)
		}
		defer filehold.Exclusively(t, path)()
		for range 2 {
			if f.append([]byte("lost\n")) == nil {
				t.Error("a line was written to a file that another process has open exclusively")
			}
		}
		if waited := time.Since(start); waited < lockWait || waited > lockWait+lockPause {
			t.Errorf("the process waited %v altogether, want %v", waited, lockWait)
		}
	})
	expectFiles(t, path, "one\ntwo\n")
}
