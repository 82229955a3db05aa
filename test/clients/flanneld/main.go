//go:build windows

// Command flanneld is flannel's Windows backends without flannel's daemon: a subnet manager that knows one lease and
// one other node takes the place of the cluster. The tests of test/clients run it under Wine.
//
//	flanneld BACKEND ADDRESS SUBNET PEER PEER-SUBNET PEER-MAC
//
// BACKEND is host-gw or vxlan, ADDRESS the node's. It creates the backend's network and, for vxlan, the route to the
// other node, and prints the lease.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"sync"

	"github.com/flannel-io/flannel/pkg/backend"
	"github.com/flannel-io/flannel/pkg/backend/hostgw"
	"github.com/flannel-io/flannel/pkg/backend/vxlan"
	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/lease"
	"github.com/flannel-io/flannel/pkg/subnet"
)

func main() {
	if len(os.Args) != 7 {
		fmt.Fprintln(os.Stderr, "usage: flanneld BACKEND ADDRESS SUBNET PEER PEER-SUBNET PEER-MAC")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6]); err != nil {
		fmt.Fprintln(os.Stderr, "flanneld:", err)
		os.Exit(1)
	}
}

var backends = map[string]backend.BackendCtor{"host-gw": hostgw.New, "vxlan": vxlan.New}

func run(kind, address, own, peer, peerSubnet, peerMAC string) error {
	sm := &manager{}
	var err error
	if sm.own, err = parse(own); err != nil {
		return err
	}
	data := fmt.Sprintf(`{"VNI":4096,"VtepMAC":%q}`, peerMAC)
	sm.peer.Attrs = lease.LeaseAttrs{PublicIP: ip.FromIP(net.ParseIP(peer)), BackendType: kind, BackendData: json.RawMessage(data)}
	if sm.peer.Subnet, err = parse(peerSubnet); err != nil {
		return err
	}
	node := net.ParseIP(address)
	uplink := &backend.ExternalInterface{Iface: &net.Interface{Name: "Ethernet", Index: 1, MTU: 1500}, IfaceAddr: node, ExtAddr: node}
	b, err := backends[kind](sm, uplink)
	if err != nil {
		return err
	}
	ctx := context.Background()
	network, err := b.RegisterNetwork(ctx, new(sync.WaitGroup), &subnet.Config{EnableIPv4: true})
	if err != nil {
		return err
	}
	if kind == "vxlan" {
		network.Run(ctx) // until the one event has been handled; host-gw would set routes on this machine
	}
	return json.NewEncoder(os.Stdout).Encode(network.Lease())
}

func parse(cidr string) (ip.IP4Net, error) {
	_, n, err := net.ParseCIDR(cidr)
	if err != nil {
		return ip.IP4Net{}, err
	}
	return ip.FromIPNet(n), nil
}

// manager is a subnet.Manager with a lease for this node, and an event about one of another node. It has only the
// methods that backends call.
type manager struct {
	subnet.Manager
	own  ip.IP4Net
	peer lease.Lease
}

func (m *manager) AcquireLease(_ context.Context, attrs *lease.LeaseAttrs) (*lease.Lease, error) {
	return &lease.Lease{EnableIPv4: true, Subnet: m.own, Attrs: *attrs}, nil
}

func (m *manager) WatchLeases(_ context.Context, receiver chan []lease.LeaseWatchResult) error {
	defer close(receiver)
	receiver <- []lease.LeaseWatchResult{{Events: []lease.Event{{Type: lease.EventAdded, Lease: m.peer}}}}
	return nil
}
