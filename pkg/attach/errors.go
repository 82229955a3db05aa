package attach

import "errors"

// Sentinels for errors.Is. pkg/cniplugin gives each its CNI code (docs/errors.md).
var (
	// ErrNetwork is an HNS network of that name that this profile cannot use, or may not create.
	ErrNetwork = errors.New("network conflict")
	// ErrAttachment is a name, address or port that a live endpoint or process holds.
	ErrAttachment = errors.New("attachment conflict")
	// ErrDifference is what CHECK finds.
	ErrDifference = errors.New("changed since ADD")
	// ErrLocks is a directory of locks that cannot be used.
	ErrLocks = errors.New("the node's locks cannot be used")
	// ErrUnhealthy is an endpoint that HNS created and then reported broken.
	ErrUnhealthy = errors.New("endpoint is not healthy")
)
