//go:build cgo

package main

import (
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// The allocator whose CoTaskMemFree the bindings call. Loaded late because it loads several other DLLs.
var coTaskMemAlloc = windows.NewLazySystemDLL("combase.dll").NewProc("CoTaskMemAlloc")

// allocate returns a zero-terminated UTF-16 copy that the caller of the API frees by CoTaskMemFree.
func allocate(s string) *uint16 {
	units, err := windows.UTF16FromString(s)
	if err != nil { // a NUL inside
		units = []uint16{0}
	}
	memory, _, _ := coTaskMemAlloc.Call(uintptr(2 * len(units)))
	if memory == 0 {
		return nil
	}
	buffer := *(**uint16)(unsafe.Pointer(&memory))
	copy(unsafe.Slice(buffer, len(units)), units)
	return buffer
}

// put stores a string for the caller unless there is an error, and returns that error.
func put(out **uint16, s string, err error) error {
	if err == nil && out != nil {
		*out = allocate(s)
	}
	return err
}

func text(s *uint16) string { return windows.UTF16PtrToString(s) }

func guid(id unsafe.Pointer) string {
	// windows.GUID prints as {XXXXXXXX-…}; HCN documents have no braces.
	s := (*windows.GUID)(id).String()
	return s[1 : len(s)-1]
}

// Handles are small numbers in place of pointers, never dereferenced.
func handle(p unsafe.Pointer) hcnemu.Handle { return hcnemu.Handle(uintptr(p)) }

func pointer(h hcnemu.Handle) unsafe.Pointer {
	number := uintptr(h)
	return *(*unsafe.Pointer)(unsafe.Pointer(&number))
}
