//go:build !windows

package cli

// elevated reports whether this process may change the emulator; any process may.
func elevated() bool { return true }
