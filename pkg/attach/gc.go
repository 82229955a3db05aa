package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// GC removes the network's endpoints that belong to no valid attachment, with their addresses, removes them from the
// configuration's load balancers, and delegates GC. It continues after an error and returns all errors. Endpoints that
// this project did not name, remote ones, and load balancers that the configuration does not name are left alone, and
// so is an attachment whose ADD is under way: it is newer than the list of the valid ones.
func (a *Attacher) GC(ctx context.Context, conf *netconf.Config) error {
	if !conf.HasValidAttachments {
		return confdoc.Findings{{Path: "cni.dev/valid-attachments", Message: "missing; without it GC would have to remove every pod's endpoint"}}
	}
	ctx, cancel := bounded(ctx, conf)
	defer cancel()
	release, busy, err := a.lockForGC(ctx, conf)
	if err != nil {
		return err
	}
	defer release()
	if conf, err = withValid(conf, busy); err != nil {
		return err
	}
	stayed := a.collectEndpoints(ctx, conf)
	errs := []error{stayed, a.collectMemberships(ctx, conf)}
	switch {
	case conf.IPAM.Type == "":
	case stayed != nil: // IPAM would free the addresses of endpoints that still exist
		errs = append(errs, errors.New("IPAM's GC is postponed to the next GC"))
	default:
		errs = append(errs, a.IPAM.GC(ctx, a.ipamRequest(conf)))
	}
	return errors.Join(errs...)
}

func (a *Attacher) collectEndpoints(ctx context.Context, conf *netconf.Config) error {
	endpoints, err := a.endpointsOf(ctx, conf)
	if err != nil {
		return err
	}
	valid := validNames(conf)
	var errs []error
	for i := range endpoints {
		if valid[endpoints[i].Name] {
			continue
		}
		attachment, _ := AttachmentOf(&endpoints[i], conf.Name)
		a.Log.Info("removing an endpoint without a valid attachment", "endpoint", endpoints[i].Name, "id", endpoints[i].ID)
		if err := a.collect(ctx, conf, &endpoints[i], attachment); err != nil {
			errs = append(errs, fmt.Errorf("endpoint %q: %w", endpoints[i].Name, err))
		}
	}
	return errors.Join(errs...)
}

// endpointsOf lists the network's endpoints that ADD named. If HNS has no network of the name, they are those that
// cannot belong to any other network: none, unless HNS has lost the network but not its endpoints.
func (a *Attacher) endpointsOf(ctx context.Context, conf *netconf.Config) ([]hcnspec.Endpoint, error) {
	network, err := a.findNetwork(ctx, conf)
	if err == nil {
		endpoints, err := a.Host.EndpointsOfNetwork(ctx, network.ID)
		return named(endpoints, conf.Name), err
	}
	if !errors.Is(err, hostnet.ErrNotFound) {
		return nil, err
	}
	all, err := a.Host.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	return a.ownEndpoints(ctx, conf, nil, named(all, conf.Name))
}

// named keeps the endpoints that ADD creates on a network of that name.
func named(endpoints []hcnspec.Endpoint, network string) []hcnspec.Endpoint {
	return slices.DeleteFunc(endpoints, func(e hcnspec.Endpoint) bool {
		_, ours := AttachmentOf(&e, network)
		return !ours
	})
}

// collect is DEL for an attachment of which only the name is known. It releases the addresses itself because most IPAM
// plugins have no GC.
func (a *Attacher) collect(ctx context.Context, conf *netconf.Config, e *hcnspec.Endpoint, attachment netconf.Attachment) error {
	if err := a.removeMember(ctx, conf, e); err != nil {
		return err
	}
	if conf.IPAM.Type == "" {
		return nil
	}
	request := a.ipamRequest(conf)
	request.ContainerID, request.IfName, request.Netns = attachment.ContainerID, attachment.IfName, e.Namespace
	return a.IPAM.Del(ctx, request)
}

func validNames(conf *netconf.Config) map[string]bool {
	names := map[string]bool{}
	for _, v := range conf.ValidAttachments {
		names[endpointName(netconf.Attachment{ContainerID: v.ContainerID, IfName: v.IfName}, conf.Name)] = true
	}
	return names
}

// withValid returns the configuration with more valid attachments, for this plugin and for IPAM's.
func withValid(conf *netconf.Config, more []netconf.Attachment) (*netconf.Config, error) {
	if len(more) == 0 {
		return conf, nil
	}
	extended := *conf
	extended.ValidAttachments = slices.Clone(conf.ValidAttachments)
	list := []types.GCAttachment{}
	for _, a := range more {
		extended.ValidAttachments = append(extended.ValidAttachments, netconf.ValidAttachment{ContainerID: a.ContainerID, IfName: a.IfName})
	}
	for _, v := range extended.ValidAttachments {
		list = append(list, types.GCAttachment{ContainerID: v.ContainerID, IfName: v.IfName})
	}
	var doc map[string]json.RawMessage
	err := json.Unmarshal(conf.Stdin, &doc)
	if err == nil {
		if doc["cni.dev/valid-attachments"], err = json.Marshal(list); err == nil {
			extended.Stdin, err = json.Marshal(doc)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("add the attachments whose ADD is under way to the valid ones: %w", err)
	}
	return &extended, nil
}

// AttachmentOf reads container and interface from the name of an endpoint of the network, and reports whether the
// endpoint is one that ADD creates: local, and named by endpointName.
func AttachmentOf(e *hcnspec.Endpoint, network string) (netconf.Attachment, bool) {
	name, ifName, _ := strings.Cut(e.Name, "@")
	if ifName == "" {
		ifName = eth0
	}
	containerID, named := strings.CutSuffix(name, "_"+network)
	ours := named && containerID != "" && e.Flags&hcnspec.EndpointFlagRemote == 0
	return netconf.Attachment{ContainerID: containerID, IfName: ifName, Namespace: e.Namespace}, ours
}

// collectMemberships removes members that no longer exist from the configuration's load balancers.
func (a *Attacher) collectMemberships(ctx context.Context, conf *netconf.Config) error {
	var errs []error
	for _, lb := range a.loadBalancersOf(conf) {
		errs = append(errs, a.changeMembers(ctx, "", lb, func(members []string) ([]string, error) { return a.living(ctx, members) }))
	}
	return errors.Join(errs...)
}
