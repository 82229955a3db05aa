//go:build tools

// Package flannel pins the flannel CNI plugin that the soak and the end-to-end tests delegate from. It is
// a module of its own because that plugin left containernetworking/plugins after v0.9.1.
package flannel

import _ "github.com/containernetworking/plugins/plugins/meta/flannel"
