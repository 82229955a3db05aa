package gocni

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/Microsoft/hcsshim/hcn"
)

const exe = ".exe"

// hcsshimNode is the node as containerd sees it.
type hcsshimNode struct{}

func thisNode(*testing.T) node { return hcsshimNode{} }

func (hcsshimNode) createNetwork(document string) error {
	var network hcn.HostComputeNetwork
	if err := json.Unmarshal([]byte(document), &network); err != nil {
		return err
	}
	_, err := network.Create()
	return err
}

func (hcsshimNode) createNamespace() (string, error) {
	ns, err := hcn.NewNamespace(hcn.NamespaceTypeHost).Create()
	if err != nil {
		return "", err
	}
	return ns.Id, nil
}

func (hcsshimNode) deleteNamespace(id string) error {
	ns, err := hcn.GetNamespaceByID(id)
	if err != nil {
		return err
	}
	return ns.Delete()
}

func (hcsshimNode) endpoints() ([]endpoint, error) {
	list, err := hcn.ListEndpoints()
	if err != nil {
		return nil, err
	}
	var all []endpoint
	for _, e := range list {
		seen := endpoint{Name: e.Name, MAC: e.MacAddress, Namespace: e.HostComputeNamespace, DNS: compact(e.Dns)}
		for _, ip := range e.IpConfigurations {
			seen.Addresses = append(seen.Addresses, fmt.Sprintf("%s/%d", ip.IpAddress, ip.PrefixLength))
		}
		for _, p := range e.Policies {
			seen.Policies = append(seen.Policies, string(p.Type)+" "+string(p.Settings))
		}
		all = append(all, seen)
	}
	return all, nil
}
