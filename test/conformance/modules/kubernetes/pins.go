//go:build tools

// Package kubernetes pins kubernetes, whose live tests of kube-proxy's HNS calls are one of the suites.
package kubernetes

import _ "k8s.io/kubernetes/pkg/proxy/winkernel"
