package attach

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// compare returns the first difference between the live endpoint and what ADD made of the plan.
func compare(p *plan, previous *types100.Result, network *hcnspec.Network, endpoint *hcnspec.Endpoint) error {
	if !hostnet.SameID(endpoint.Namespace, p.conf.Attachment.Namespace) {
		return difference("namespace of endpoint "+endpoint.Name, p.conf.Attachment.Namespace, orNone(endpoint.Namespace))
	}
	if broken(endpoint) {
		return difference("health of endpoint "+endpoint.Name, "no error", hostnet.MakeCode(endpoint.Health.LastErrorCode()))
	}
	live, err := result(p.conf, network, endpoint)
	if err != nil {
		return err
	}
	if err := compareInterface(p.conf.Attachment.IfName, previous, live); err != nil {
		return err
	}
	if err := compareIPs(p.conf.Attachment.IfName, previous, live); err != nil {
		return err
	}
	if !reflect.DeepEqual(normalDNS(previous), normalDNS(live)) {
		return difference("dns", normalDNS(previous), normalDNS(live))
	}
	return comparePolicies(p, endpoint)
}

// compareInterface compares this plugin's entry of prevResult's interfaces; results before CNI 0.3.0 have none.
func compareInterface(ifName string, previous, live *types100.Result) error {
	if len(previous.Interfaces) == 0 {
		return nil
	}
	for _, i := range previous.Interfaces {
		if i.Name != ifName {
			continue
		}
		if !hostnet.SameID(i.Sandbox, live.Interfaces[0].Sandbox) {
			return difference("sandbox of prevResult's interface "+ifName, live.Interfaces[0].Sandbox, orNone(i.Sandbox))
		}
		if i.Mac != "" && !strings.EqualFold(i.Mac, live.Interfaces[0].Mac) {
			return difference("MAC of "+ifName, i.Mac, live.Interfaces[0].Mac)
		}
		return nil
	}
	return difference("interface in prevResult", ifName, "none")
}

// compareIPs compares addresses, prefixes and gateways, in any order.
func compareIPs(ifName string, previous, live *types100.Result) error {
	want, have := ipsOf(ifName, previous), ipsOf(ifName, live)
	for _, ip := range want {
		if !slices.Contains(have, ip) {
			return difference("address of "+ifName, ip, orNone(strings.Join(have, ", ")))
		}
	}
	for _, ip := range have {
		if !slices.Contains(want, ip) {
			return difference("addresses of "+ifName, orNone(strings.Join(want, ", ")), strings.Join(have, ", "))
		}
	}
	return nil
}

// ipsOf renders the addresses of one interface; other plugins of a chain may have added theirs.
func ipsOf(ifName string, r *types100.Result) []string {
	var ips []string
	for _, ip := range r.IPs {
		if i := ip.Interface; i != nil && *i >= 0 && *i < len(r.Interfaces) && r.Interfaces[*i].Name != ifName {
			continue
		}
		text := ip.Address.String()
		if len(ip.Gateway) > 0 {
			text += " via " + ip.Gateway.String()
		}
		ips = append(ips, text)
	}
	return ips
}

// normalDNS removes the differences that a resolver ignores.
func normalDNS(r *types100.Result) [4]string {
	return [4]string{r.DNS.Domain, strings.Join(r.DNS.Nameservers, ","), strings.Join(r.DNS.Search, ","), strings.Join(r.DNS.Options, ",")}
}

// comparePolicies looks for every policy that the configuration requests. HNS may hold more policies than it was given,
// and more fields in each.
func comparePolicies(p *plan, endpoint *hcnspec.Endpoint) error {
	var f hcnspec.Families
	addrs := addrsOf(endpoint)
	for _, addr := range addrs {
		f |= hcnspec.FamilyOf(addr)
	}
	wanted := append(p.policies.Endpoint(f), p.policies.Loopback(addrs)...)
	if missing := firstMissing(endpoint.Policies, wanted); missing != nil {
		return difference("policies", fmt.Sprintf("%s %s", missing.Type, missing.Settings), "none like it")
	}
	return nil
}

// firstMissing returns the first expected policy that is not among the live ones, or nil.
func firstMissing(live, wanted []hcnspec.Policy) *hcnspec.Policy {
	for i := range wanted {
		if !slices.ContainsFunc(live, func(l hcnspec.Policy) bool { return covers(l, wanted[i]) }) {
			return &wanted[i]
		}
	}
	return nil
}

func covers(live, want hcnspec.Policy) bool {
	if !strings.EqualFold(string(live.Type), string(want.Type)) {
		return false
	}
	var l, w any
	if len(want.Settings) == 0 {
		return true
	}
	if json.Unmarshal(live.Settings, &l) != nil || json.Unmarshal(want.Settings, &w) != nil {
		return false
	}
	return contains(l, w)
}

// contains reports whether a JSON value has all of another one's fields.
func contains(live, want any) bool {
	w, isObject := want.(map[string]any)
	l, ok := live.(map[string]any)
	if !isObject || !ok {
		return reflect.DeepEqual(live, want)
	}
	for key, value := range w {
		if !contains(l[key], value) {
			return false
		}
	}
	return true
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
