package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// scenario is a verb on a node in a certain state.
type scenario struct {
	name    string
	command string
	lbOnly  bool // makes sense only for variants with a load balancer
	// neighbour: another pod is on the network, and in the load balancer.
	neighbour bool
	// added: the pod is on the network before the verb.
	added bool
	// strays: the node has objects of other programs, which GC must leave alone.
	strays bool
	// before changes the template after the pods are added; nil changes nothing.
	before func(*node, *template) error
	// settles: a failed run is repeated until it ends as the fault-free run does; otherwise the pod is deleted, as
	// containerd does.
	settles bool
	// readOnly: the verb changes nothing.
	readOnly bool
	more     func(*template) map[string]any
}

var scenarios = []scenario{
	{name: "add", command: "ADD", neighbour: true},
	{name: "add-fresh", command: "ADD"},
	{name: "add-again", command: "ADD", neighbour: true, added: true},
	{name: "add-over-orphan", command: "ADD", neighbour: true, before: orphan},
	{name: "del", command: "DEL", neighbour: true, added: true},
	{name: "del-alone", command: "DEL", added: true, lbOnly: true},
	{name: "check", command: "CHECK", neighbour: true, added: true, readOnly: true, more: withResult},
	{name: "gc", command: "GC", neighbour: true, added: true, strays: true, settles: true, more: withValid},
	{name: "status", command: "STATUS", neighbour: true, readOnly: true},
}

func scenarioNamed(name string) (scenario, error) {
	for _, s := range scenarios {
		if s.name == name {
			return s, nil
		}
	}
	return scenario{}, fmt.Errorf("no scenario is called %q", name)
}

// withResult returns what the runtime adds to CHECK.
func withResult(t *template) map[string]any {
	return map[string]any{"prevResult": rawJSON(t.pod.Result)}
}

// withValid returns a list with the neighbour as the only valid attachment.
func withValid(t *template) map[string]any {
	return map[string]any{"cni.dev/valid-attachments": []map[string]string{{"containerID": t.neighbour.id(), "ifname": "eth0"}}}
}

// rawJSON is a document inside another.
type rawJSON []byte

// MarshalJSON implements json.Marshaler.
func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }

// orphan leaves an unattached endpoint of the pod's name, as a plugin that dies between creating and attaching it does.
// The plugin itself creates it.
func orphan(n *node, t *template) error {
	o, err := n.run(t.pod, start{command: "ADD", timeout: patience, faults: "HcnModifyNamespace#1=kill"})
	if err == nil && o.Exit != -1 && len(n.bin.Runner) == 0 {
		err = fmt.Errorf("ADD survived HcnModifyNamespace#1=kill")
	}
	return err
}

// addStrays adds objects to the node that are not this plugin's.
func addStrays(n *node) error {
	ctx, svc := context.Background(), n.host.Service()
	net, err := svc.NetworkByName(ctx, network)
	if err != nil {
		return err
	}
	free, err := freeAddresses(n, 3)
	if err != nil {
		return err
	}
	strays := []hcnspec.Endpoint{
		{Name: network + "_ep", IPConfigs: free[:1]},
		{Name: "calico-node-1", IPConfigs: free[1:2]},
		{Name: "Ethernet", MAC: "00-15-5D-99-99-99", Flags: hcnspec.EndpointFlagRemote, IPConfigs: free[2:]},
	}
	for i := range strays {
		e := &strays[i]
		e.Network, e.SchemaVersion = net.ID, hcnspec.SchemaV2
		if len(net.Subnets()) == 0 && e.Flags == 0 {
			e.IPConfigs = nil
		}
		made, err := svc.CreateEndpoint(ctx, e)
		if err != nil {
			return fmt.Errorf("stray endpoint %s: %w", e.Name, err)
		}
		strays[i].ID = made.ID
	}
	_, err = svc.CreateLoadBalancer(ctx, &hcnspec.LoadBalancer{
		Endpoints: []string{strays[0].ID}, FrontendVIPs: []string{"10.96.0.1"}, SchemaVersion: hcnspec.SchemaV2,
		PortMappings: []hcnspec.LoadBalancerPortMapping{{Protocol: 6, InternalPort: 6443, ExternalPort: 443}},
	})
	if err != nil {
		return fmt.Errorf("kube-proxy's load balancer: %w", err)
	}
	return nil
}

// freeAddresses returns addresses of the network that no endpoint has.
func freeAddresses(n *node, count int) ([]hcnspec.IPConfig, error) {
	endpoints, err := n.host.Service().Endpoints(context.Background())
	if err != nil {
		return nil, err
	}
	var free []hcnspec.IPConfig
	for a := netip.MustParseAddr("10.244.3.199"); len(free) < count; a = a.Next() {
		c := hcnspec.IPConfig{IPAddress: a.String(), PrefixLength: 24}
		if !slices.ContainsFunc(endpoints, func(e hcnspec.Endpoint) bool { return slices.Contains(e.IPConfigs, c) }) {
			free = append(free, c)
		}
	}
	return free, nil
}
