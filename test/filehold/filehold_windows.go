package filehold

import (
	"sync"
	"testing"

	"golang.org/x/sys/windows"
)

// Exclusively opens a file so that nobody else can open it, until release is called or the test ends.
func Exclusively(t testing.TB, file string) (release func()) { return open(t, file, 0) }

// WithoutDelete opens a file so that others can read and write it, but not rename or remove it.
func WithoutDelete(t testing.TB, file string) (release func()) {
	return open(t, file, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE)
}

func open(t testing.TB, file string, share uint32) func() {
	t.Helper()
	name, err := windows.UTF16PtrFromString(file)
	if err != nil {
		t.Fatal(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		t.Fatalf("open %s as another program: %v", file, err)
	}
	release := sync.OnceFunc(func() { _ = windows.CloseHandle(h) })
	t.Cleanup(release)
	return release
}
