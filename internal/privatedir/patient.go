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

// Rename is os.Rename that waits up to a second for other processes to close the files.
func Rename(from, to string) error {
	return patiently(isHeld, func() error { return os.Rename(from, to) })
}

// Remove is os.Remove that waits up to a second for other processes to close the file.
func Remove(file string) error {
	return patiently(isHeld, func() error { return os.Remove(file) })
}

func patiently(held func(error) bool, try func() error) error {
	for start := time.Now(); ; time.Sleep(between) {
		err := try()
		if err == nil || !held(err) || time.Since(start) >= patience {
			return err
		}
	}
}
