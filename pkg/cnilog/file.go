package cnilog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
)

const (
	sizeLimit = 10 << 20 // bytes; a file that would exceed it is rotated
	keptFiles = 3        // rotated files: nat.log.1 is the newest

	// lockWait limits the total time that this process waits for other writers, and for a process that opened the file
	// exclusively, as a virus scanner does for a moment. After that it appends without the lock, which on NTFS and on
	// Unix tears no line, and does not rotate.
	lockWait  = time.Second
	lockPause = time.Millisecond
	// reopenings limits how often one line reopens a file that other processes rotate.
	reopenings = 20
)

// file is a log file that many processes append to and any of them may rotate. They lock the file itself: a process
// that gets the lock of a file that was rotated meanwhile opens the new one.
type file struct {
	path   string
	chosen bool // by the operator, who is then responsible for its directory
	limit  int64
	keep   int
	handle *os.File
	wait   time.Duration // remainder of lockWait
	stuck  bool          // rotation failed; this process does not retry
}

// append writes the whole line at the end.
func (f *file) append(line []byte) error {
	for range reopenings {
		if err := f.open(); err != nil {
			return err
		}
		if written, err := f.appendLocked(line); written || err != nil {
			return err
		}
		f.close()
	}
	return fmt.Errorf("log file %q is rotated faster than it can be opened", f.path)
}

// appendLocked reports false if the file at the path is not, or no longer, the one that is open.
func (f *file) appendLocked(line []byte) (bool, error) {
	locked := f.lock()
	if locked {
		defer unlock(f.handle)
	}
	size, current := f.state()
	if locked && !current {
		return false, nil
	}
	if locked && !f.stuck && size > 0 && size+int64(len(line)) > f.limit {
		if err := f.putAside(); err == nil {
			return false, nil
		}
		f.stuck = true
	}
	if f.endsInLine(size) {
		line = append([]byte{'\n'}, line...)
	}
	_, err := f.handle.Write(line)
	return true, err
}

// endsInLine reports whether the file ends in the middle of a line: the disk was full, or its writer died.
func (f *file) endsInLine(size int64) bool {
	var last [1]byte
	if size == 0 {
		return false
	}
	_, err := f.handle.ReadAt(last[:], size-1)
	return err == nil && last[0] != '\n'
}

// lock waits for the file's lock. A file system without locks counts as a timeout.
func (f *file) lock() bool {
	start := time.Now()
	defer func() { f.wait -= time.Since(start) }()
	for {
		ok, err := tryLock(f.handle)
		if ok || err != nil || time.Since(start) >= f.wait {
			return ok
		}
		time.Sleep(lockPause)
	}
}

// state returns the size of the open file, and whether the path still leads to it.
func (f *file) state() (size int64, current bool) {
	mine, err := f.handle.Stat()
	if err != nil {
		return 0, true
	}
	there, err := os.Stat(f.path)
	return mine.Size(), err == nil && os.SameFile(mine, there)
}

// putAside renames nat.log to nat.log.1, the old one to nat.log.2 and so on; the last is removed. Windows does not rename
// a file that another process reads without FILE_SHARE_DELETE, as PowerShell's Get-Content -Wait does: then the log
// keeps growing until the next process retries. Files are moved only up to the first gap, so that repeated failures do
// not remove the older ones.
func (f *file) putAside() error {
	for i := f.firstGap(); i >= 1; i-- {
		if err := os.Rename(f.aside(i-1), f.aside(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// firstGap returns the first number that no file has, or else the last one.
func (f *file) firstGap() int {
	for i := 1; i < f.keep; i++ {
		if _, err := os.Lstat(f.aside(i)); errors.Is(err, fs.ErrNotExist) {
			return i
		}
	}
	return f.keep
}

func (f *file) aside(i int) string {
	if i == 0 {
		return f.path
	}
	return f.path + "." + strconv.Itoa(i)
}

func (f *file) open() error {
	if f.handle != nil {
		return nil
	}
	if err := f.makeDir(); err != nil {
		return fmt.Errorf("log: %w", err)
	}
	start := time.Now()
	defer func() { f.wait -= time.Since(start) }()
	for {
		handle, err := openAppend(f.path)
		switch {
		case err == nil:
			f.handle = handle
			return nil
		case !privatedir.IsHeld(err) || time.Since(start) >= f.wait:
			return fmt.Errorf("open log file %q: %w", f.path, err)
		}
		time.Sleep(lockPause)
	}
}

func (f *file) makeDir() error {
	dir := filepath.Dir(f.path)
	if f.chosen {
		return privatedir.Make(dir, nil)
	}
	return privatedir.Create(dir)
}

func (f *file) close() {
	if f.handle != nil {
		_ = f.handle.Close()
		f.handle = nil
	}
}
