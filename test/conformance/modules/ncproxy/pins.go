//go:build tools

// Package ncproxy pins hcsshim's proxy for the networks of VMs, whose tests are one of the suites.
package ncproxy

import _ "github.com/Microsoft/hcsshim/cmd/ncproxy"
