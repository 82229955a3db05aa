//go:build tools

// Package cniplugins pins containernetworking/plugins, whose Windows parts are a suite and two clients.
package cniplugins

import _ "github.com/containernetworking/plugins/pkg/hns"
