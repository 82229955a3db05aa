package hcnspec

import (
	"net/netip"
	"testing"
)

func TestGateway(t *testing.T) {
	for _, row := range []struct {
		name   string
		subnet Subnet
		want   string
	}{
		{"IPv4", Subnet{IPAddressPrefix: "10.0.0.0/24", Routes: []Route{{NextHop: "10.0.0.1", DestinationPrefix: "0.0.0.0/0"}}}, "10.0.0.1"},
		{"IPv6", Subnet{IPAddressPrefix: "fd00::/64", Routes: []Route{{NextHop: "fd00::1", DestinationPrefix: "::/0"}}}, "fd00::1"},
		{"after another route", Subnet{IPAddressPrefix: "10.0.0.0/24", Routes: []Route{
			{NextHop: "10.0.0.9", DestinationPrefix: "10.9.0.0/16"}, {NextHop: "10.0.0.1", DestinationPrefix: "0.0.0.0/0"}}}, "10.0.0.1"},
		{"with a metric", Subnet{IPAddressPrefix: "10.0.0.0/24", Routes: []Route{{NextHop: "10.0.0.1", DestinationPrefix: "0.0.0.0/0", Metric: 5}}}, "10.0.0.1"},
		{"none", Subnet{IPAddressPrefix: "10.0.0.0/24"}, "invalid IP"},
		{"HNS's zero", Subnet{IPAddressPrefix: "10.0.0.0/24", Routes: []Route{{NextHop: "0.0.0.0", DestinationPrefix: "0.0.0.0/0"}}}, "invalid IP"},
		{"of the other family", Subnet{IPAddressPrefix: "10.0.0.0/24", Routes: []Route{{NextHop: "fd00::1", DestinationPrefix: "::/0"}}}, "invalid IP"},
		{"no prefix", Subnet{IPAddressPrefix: "ten", Routes: []Route{{NextHop: "10.0.0.1", DestinationPrefix: "0.0.0.0/0"}}}, "invalid IP"},
	} {
		if got := row.subnet.Gateway().String(); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
	if got := DefaultRoute(netip.MustParseAddr("fd00::1")); got != (Route{NextHop: "fd00::1", DestinationPrefix: "::/0"}) {
		t.Errorf("default route over fd00::1: %+v", got)
	}
}
