package confdoc

import (
	"fmt"
	"strings"
	"testing"
)

// TestAddresses: what each reader of addresses returns, or its complaint.
func TestAddresses(t *testing.T) {
	read := map[string]func(Value) (any, bool){
		"Addr":       func(v Value) (any, bool) { a, ok := v.Addr(); return a, ok },
		"Host":       func(v Value) (any, bool) { a, ok := v.Host(); return a, ok },
		"Prefix":     func(v Value) (any, bool) { a, ok := v.Prefix(); return a, ok },
		"HostPrefix": func(v Value) (any, bool) { a, ok := v.HostPrefix(); return a, ok },
		"AnyPrefix":  func(v Value) (any, bool) { a, ok := v.AnyPrefix(); return a, ok },
		"MAC":        func(v Value) (any, bool) { a, ok := v.MAC(); return a, ok },
		"Port":       func(v Value) (any, bool) { a, ok := v.Port(); return a, ok },
		"Protocol":   func(v Value) (any, bool) { a, ok := v.Protocol(256); return a, ok },
	}
	const (
		notCIDR = "not a prefix in CIDR notation, as 10.4.0.0/16 or fd00:4::/64"
		notMAC  = "not a MAC address of six bytes, as 0e:2a:0a:04:00:09"
		notPort = "want a whole number from 1 to 65535"
		notProt = "want a protocol: tcp, udp, icmp, icmpv6, igmp or a number up to 256"
	)
	for _, row := range []struct{ reader, text, want string }{
		{"Addr", "10.4.0.9", "10.4.0.9"}, {"Addr", "::ffff:10.4.0.9", "10.4.0.9"}, {"Addr", "fd00::1", "fd00::1"},
		{"Addr", "10.4.0.9/24", "want an address without a prefix length"}, {"Addr", "10.4.0", "not an IP address"},
		{"Addr", "fe80::1%eth0", "a zone is not allowed here"}, {"Addr", "", ""},
		{"Host", "10.4.0.9", "10.4.0.9"}, {"Host", "x", "not an IP address"},
		{"Host", "0.0.0.0", "the unspecified address cannot be a host's"}, {"Host", "::", "the unspecified address cannot be a host's"},
		{"Host", "127.0.0.1", "a loopback address cannot be a pod's or gateway's"},
		{"Host", "224.0.0.1", "a multicast address cannot be a host's"}, {"Host", "ff02::1", "a multicast address cannot be a host's"},
		{"Host", "255.255.255.255", "the broadcast address cannot be a host's"}, {"Host", "255.255.255.254", "255.255.255.254"},
		{"Prefix", "10.4.0.9/16", "10.4.0.9/16"}, {"Prefix", "0.0.0.0/0", "0.0.0.0/0"}, {"Prefix", "10.0.0.1/32", "10.0.0.1/32"},
		{"Prefix", "10.0.0.1/33", "prefix length 33 is over 32"}, {"Prefix", "fd00::/128", "fd00::/128"},
		{"Prefix", "fd00::/129", "prefix length 129 is over 128"}, {"Prefix", "10.4.0.9", notCIDR}, {"Prefix", "x/8", notCIDR},
		{"Prefix", "fe80::1%eth0/64", notCIDR}, {"Prefix", "::ffff:10.0.0.0/104", "an IPv4 address in IPv6: write it as IPv4"},
		{"Prefix", "10.0.0.0/x", `prefix length "x" is not a number from 0 to 32`},
		{"Prefix", "fd00::/-1", `prefix length "-1" is not a number from 0 to 128`},
		{"HostPrefix", "10.4.0.9/24", "10.4.0.9/24"}, {"HostPrefix", "10.4.0.9", "10.4.0.9/32"}, {"HostPrefix", "fd00::9", "fd00::9/128"},
		{"HostPrefix", "0.0.0.0/0", "the unspecified address cannot be a host's"}, {"HostPrefix", "10.4.0.9/33", "prefix length 33 is over 32"},
		{"HostPrefix", "", "not an IP address"},
		{"AnyPrefix", "0.0.0.0/0", "0.0.0.0/0"}, {"AnyPrefix", "fd00::9", "fd00::9/128"}, {"AnyPrefix", "10.0.0.0/33", "prefix length 33 is over 32"},
		{"AnyPrefix", "x", "want an IP address or a prefix, for example 10.0.0.0/8"},
		{"MAC", "0e-2a-0a-04-00-09", "0e:2a:0a:04:00:09"}, {"MAC", "x", notMAC}, {"MAC", "02:00:5e:10:00:00:00:01", notMAC},
		{"MAC", "ff:ff:ff:ff:ff:ff", "the broadcast MAC address cannot be an adapter's"},
		{"MAC", "01:00:00:00:00:00", "a multicast MAC address cannot be an adapter's"}, {"MAC", "00:00:00:00:00:00", "the MAC address is all zeros"},
		{"Port", "1", "1"}, {"Port", "65535", "65535"}, {"Port", "0", notPort}, {"Port", "65536", notPort},
		{"Protocol", "TCP", "6"}, {"Protocol", "ICMPv6", "58"}, {"Protocol", "256", "256"}, {"Protocol", "257", notProt}, {"Protocol", "x", notProt},
	} {
		r := Report{Loose: row.reader == "Port"}
		value, ok := read[row.reader](r.Read(decoded(t, fmt.Sprintf(`{"x":%q}`, row.text))).Get("x"))
		errors, _ := r.Sorted()
		got := strings.TrimPrefix(errors.Error(), fmt.Sprintf("x %q: ", row.text))
		if ok {
			got += fmt.Sprint(value)
		}
		if got != row.want || ok == (len(errors) > 0) && row.text != "" {
			t.Errorf("%s of %q: %q, want %q", row.reader, row.text, got, row.want)
		}
		if value, ok := read[row.reader](r.Read(nil)); ok || len(errors) > 1 {
			t.Errorf("%s of a missing value: %v", row.reader, value)
		}
	}
	loose := Report{Loose: true}
	if _, ok := loose.Read(decoded(t, `{"x":" "}`)).Get("x").Addr(); ok || loose.Failed() != 1 {
		t.Errorf("a blank address for a loose reader: %t, %d errors", ok, loose.Failed())
	}
}

// TestNumbersOfProtocols reads and writes them.
func TestNumbersOfProtocols(t *testing.T) {
	for text, want := range map[string]uint32{"tcp": TCP, "TCP": TCP, "6": TCP, "udp": UDP, "17": UDP, "sctp": 0, "1": 0, "": 0} {
		if n, ok := Transport(text); n != want || ok != (want != 0) {
			t.Errorf("%q: %d %t, want %d", text, n, ok, want)
		}
	}
	for n, want := range map[uint32]string{6: "tcp", 17: "udp", 1: "1", 256: "256"} {
		if got := ProtocolName(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for text, want := range map[string]uint16{"1": 1, " 80 ": 80, "65535": 65535, "0": 0, "65536": 0, "-1": 0, "": 0} {
		if n, ok := ParsePort(text); ok != (want != 0) || ok && n != want {
			t.Errorf("%q: %d %t, want %d", text, n, ok, want)
		}
	}
}
