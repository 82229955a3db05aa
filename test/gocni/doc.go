// Package gocni holds tests that drive the built executables through github.com/containerd/go-cni in the
// way of containerd's CRI service: a namespace of HCN for each sandbox, the first configuration of a
// directory, and what Kubernetes asks for as capabilities and labels. As a Windows executable under Wine
// they make and read HCN objects with hcsshim, as containerd does; elsewhere with the emulator itself.
//
// It is a module of its own so that go-cni, hcsshim and OpenTelemetry stay out of the main one.
package gocni
