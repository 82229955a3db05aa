package privatedir

import (
	"os"
	"time"
)

// A virus scanner or an indexer opens a file for a moment after it was written. Meanwhile Windows does not rename or
// remove the file.
const (
	patience = time.Second
	between  = 20 * time.Millisecond
)

// Patiently repeats an operation that fails because another process has the file open, for up to a second.
func Patiently(try func() error) error { return patiently(IsHeld, try) }

// Rename is os.Rename that waits up to a second for other processes to close the files.
func Rename(from, to string) error {
	return Patiently(func() error { return os.Rename(from, to) })
}

// Remove is os.Remove that waits up to a second for other processes to close the file.
func Remove(file string) error {
	return Patiently(func() error { return os.Remove(file) })
}

// ReadFile is os.ReadFile that waits up to a second for other processes to close the file.
func ReadFile(file string) (text []byte, err error) {
	err = Patiently(func() (err error) {
		text, err = os.ReadFile(file) // #nosec G304 -- the caller's file
		return err
	})
	return text, err
}

// WriteFile is os.WriteFile, for the calling user only, that waits up to a second for other processes to close the file.
func WriteFile(file string, text []byte) error {
	return Patiently(func() error { return os.WriteFile(file, text, 0o600) })
}

func patiently(held func(error) bool, try func() error) error {
	for start := time.Now(); ; time.Sleep(between) {
		err := try()
		if err == nil || !held(err) || time.Since(start) >= patience {
			return err
		}
	}
}
