package cli

import "golang.org/x/sys/windows"

// elevated reports whether this process may change HNS.
func elevated() bool { return windows.GetCurrentProcessToken().IsElevated() }
