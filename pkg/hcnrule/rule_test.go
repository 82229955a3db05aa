package hcnrule

import (
	"net/netip"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

func TestReserved(t *testing.T) {
	host := []netip.Prefix{netip.MustParsePrefix("10.0.0.9/24")}
	for _, row := range []struct {
		prefix, gateway string
		open            bool
		addr, want      string
	}{
		{"10.0.0.0/24", "10.0.0.1", false, "10.0.0.1", "the gateway's"},
		{"10.0.0.0/24", "10.0.0.1", true, "10.0.0.1", ""},
		{"10.0.0.0/24", "10.0.0.1", false, "10.0.0.0", "the subnet's own"},
		{"10.0.0.0/24", "10.0.0.1", false, "10.0.0.255", "the subnet's broadcast address"},
		{"10.0.0.0/24", "10.0.0.1", false, "10.0.0.9", "the node's own"},
		{"10.0.0.0/24", "10.0.0.1", false, "10.0.0.2", ""},
		{"10.0.0.0/29", "10.0.0.1", false, "10.0.0.7", "the subnet's broadcast address"},
		{"10.0.0.0/31", "", false, "10.0.0.1", ""},
		{"10.0.0.4/32", "", false, "10.0.0.4", ""},
		{"fd00::/64", "fd00::1", false, "fd00::", "the subnet's own"},
		{"fd00::/64", "fd00::1", false, "fd00::ffff:ffff:ffff:ffff", ""},
	} {
		s := Subnet{Prefix: netip.MustParsePrefix(row.prefix), Open: row.open}
		if row.gateway != "" {
			s.Gateway = netip.MustParseAddr(row.gateway)
		}
		if got := s.Reserved(netip.MustParseAddr(row.addr), host); got != row.want {
			t.Errorf("%s of %s with gateway %s: %q, want %q", row.addr, row.prefix, row.gateway, got, row.want)
		}
	}
}

func TestFree(t *testing.T) {
	s := Subnet{Prefix: netip.MustParsePrefix("10.0.0.0/29"), Gateway: netip.MustParseAddr("10.0.0.5")}
	taken := map[netip.Addr]bool{}
	var got []string
	for {
		a := s.Free(func(a netip.Addr) bool { return taken[a] }, nil)
		if !a.IsValid() {
			break
		}
		taken[a] = true
		got = append(got, a.String())
	}
	want := []string{"10.0.0.6", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}
	if len(got) != len(want) {
		t.Fatalf("gave out %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("gave out %v, want %v", got, want)
		}
	}
}

func TestCollides(t *testing.T) {
	of := func(protocol uint32, port uint16, vip string, flags hcnspec.NatFlags) Port {
		return PortOf(hcnspec.PortMappingSetting{Protocol: protocol, ExternalPort: port, VIP: vip, Flags: flags})
	}
	for _, row := range []struct {
		name string
		p, q Port
		want bool
	}{
		{"the same", of(6, 80, "", 0), of(6, 80, "", 0), true},
		{"another port", of(6, 80, "", 0), of(6, 81, "", 0), false},
		{"another protocol", of(6, 80, "", 0), of(17, 80, "", 0), false},
		{"another family", of(6, 80, "", 0), of(6, 80, "", hcnspec.NatIPv6), false},
		{"another address", of(6, 80, "10.0.0.4", 0), of(6, 80, "10.0.0.5", 0), false},
		{"one address and all", of(6, 80, "10.0.0.4", 0), of(6, 80, "", 0), true},
		{"0.0.0.0 is all", of(6, 80, "10.0.0.4", 0), of(6, 80, "0.0.0.0", 0), true},
		{"an address says its family", of(6, 80, "fd00::4", 0), of(6, 80, "", hcnspec.NatIPv6), true},
	} {
		if row.p.Collides(row.q) != row.want || row.q.Collides(row.p) != row.want {
			t.Errorf("%s: collides is %t", row.name, !row.want)
		}
	}
}
