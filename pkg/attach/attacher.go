// Package attach is the core of all the plugins: the CNI verbs over the host network service. Each verb is a plan that
// is complete before the host is touched, the steps that carry it out, and their undo.
package attach

import (
	"context"
	"log/slog"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/nodelock"
)

// Attacher runs the CNI verbs of one profile against one host. Every verb may be called again with the same Config, by
// several processes at once, and after any earlier run was interrupted.
//
// Its fields are everything on the node that a verb touches, so that a dry run can replace each of them.
type Attacher struct {
	Profile      Profile
	Host         hostnet.Service // HNS and the adapters; usually a hostnet.Patient
	Locks        Locks
	Replacements Replacements
	Creations    Creations
	IPAM         ipam.Client
	Path         string // CNI_PATH
	Log          *slog.Logger
}

// New returns the verbs of a profile on this node. path is CNI_PATH.
func New(profile Profile, host hostnet.Service, path string, log *slog.Logger) *Attacher {
	return &Attacher{Profile: profile, Host: host, Locks: nodelock.OfNode(), Replacements: ReplacementsOfNode(), Creations: CreationsOfNode(), Path: path, Log: log}
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

// bounded returns a context that ends after the configuration's hnsTimeoutSeconds.
func bounded(ctx context.Context, conf *netconf.Config) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, conf.Timeout)
}

// Longest returns the longest time that an ADD with that patience may take, including its undo.
func Longest(patience time.Duration) time.Duration {
	return patience + undoGrace(&netconf.Config{Timeout: patience})
}

// undoGrace is the time for undoing steps, in addition to the verb's own.
func undoGrace(conf *netconf.Config) time.Duration { return max(conf.Timeout/4, time.Second) }

// ipamReady fails if the delegate is missing or would reject its configuration, as far as can be determined without
// starting it.
func (a *Attacher) ipamReady(conf *netconf.Config) error {
	if conf.IPAM.Type == "" {
		return nil
	}
	return a.IPAM.Ready(a.ipamRequest(conf))
}

// ipamRequest is the delegate's view of the verb.
func (a *Attacher) ipamRequest(conf *netconf.Config) ipam.Request {
	return ipam.Request{
		Plugin: conf.IPAM.Type, InProcess: conf.IPAM.InProcess, Stdin: conf.Stdin,
		ContainerID: conf.Attachment.ContainerID, Netns: conf.Attachment.Namespace,
		IfName: conf.Attachment.IfName, Args: conf.Args, Path: a.Path,
	}
}

// hnsSupports reports whether the HNS of this host has a feature.
func (a *Attacher) hnsSupports(ctx context.Context, f hcnspec.Feature) (bool, error) {
	v, err := a.Host.Version(ctx)
	return err == nil && f.In(v), err
}
