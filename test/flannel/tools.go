//go:build tools

// Package flannel pins the flannel CNI plugin from which the soak and the end-to-end tests delegate. It is a separate
// module because that plugin was removed from containernetworking/plugins after v0.9.1.
package flannel

import _ "github.com/containernetworking/plugins/plugins/meta/flannel"
