//go:build tools

// Package moby pins moby, whose Windows network drivers' tests are one of the suites.
package moby

import _ "github.com/moby/moby/v2/daemon/libnetwork/drivers/windows"
