//go:build !linux

package main

// systemRows are attacks through the operating system; they exist on Linux only.
func systemRows() []row { return nil }
