// Package gocni holds tests that drive the built executables through github.com/containerd/go-cni as containerd's CRI
// service does: a namespace of HCN for each sandbox, the first configuration of a directory, and Kubernetes' requests
// as capabilities and labels. As a Windows executable under Wine they create and read HCN objects with hcsshim, as
// containerd does; elsewhere with the emulator itself.
//
// It is a separate module so that go-cni, hcsshim and OpenTelemetry stay out of the main one.
package gocni
