// Package attach is the core of all the plugins: the CNI verbs over the host network service, each a
// plan that is worked out before the host is touched, the steps that carry it out, and what undoes them.
package attach

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/nodelock"
)

// Attacher runs the CNI verbs of one profile against one host. Every verb may be called again with the
// same Config, by several processes at once, and after any other run of it was cut short.
type Attacher struct {
	Profile Profile
	Host    hostnet.Service // usually a hostnet.Patient
	IPAM    ipam.Client
	Path    string // CNI_PATH
	Log     *slog.Logger
}

// eth0 is the interface name that is not part of an endpoint's name.
const eth0 = "eth0"

// endpointName returns "<containerID>_<network>", the name that other tools expect, for eth0. Other
// interfaces add "@<interface>"; no network name can hold an @.
func endpointName(a netconf.Attachment, network string) string {
	name := a.ContainerID + "_" + network
	if a.IfName == "" || a.IfName == eth0 {
		return name
	}
	return name + "@" + a.IfName
}

// bounded returns a context that ends with the configuration's patience.
func bounded(ctx context.Context, conf *netconf.Config) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, conf.Timeout)
}

// undoGrace is the time to take steps back, on top of the verb's own.
func undoGrace(conf *netconf.Config) time.Duration { return max(conf.Timeout/4, time.Second) }

// lock serialises the processes of this node on one thing, no longer than ctx.
func lock(ctx context.Context, what string) (func(), error) {
	release, err := nodelock.Acquire(ctx, what)
	if err != nil {
		return nil, fmt.Errorf("wait for the lock of %s: %w: %w", what, hostnet.ErrTryLater, err)
	}
	return release, nil
}

// ipamRequest is the delegate's view of the verb.
func (a *Attacher) ipamRequest(conf *netconf.Config) ipam.Request {
	return ipam.Request{
		Plugin: conf.IPAM.Type, InProcess: conf.IPAM.InProcess, Stdin: conf.Stdin,
		ContainerID: conf.Attachment.ContainerID, Netns: conf.Attachment.Namespace,
		IfName: conf.Attachment.IfName, Args: conf.Args, Path: a.Path,
	}
}

// has reports whether the HNS of this host has a feature.
func (a *Attacher) has(ctx context.Context, f hcnspec.Feature) (bool, error) {
	v, err := a.Host.Version(ctx)
	return err == nil && f.In(v), err
}
