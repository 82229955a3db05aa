package hcnemu

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// mac is a MAC address as a number.
type mac uint64

// String returns the address as HNS writes it: 00-15-5D-00-00-01.
func (m mac) String() string {
	return fmt.Sprintf("%02X-%02X-%02X-%02X-%02X-%02X", byte(m>>40), byte(m>>32), byte(m>>24), byte(m>>16), byte(m>>8), byte(m))
}

// parseMAC reads six bytes with dashes or colons between them.
func parseMAC(s string) (mac, bool) {
	if len(s) != 17 {
		return 0, false
	}
	var m mac
	for i, c := range []byte(s) {
		if i%3 == 2 {
			if c != '-' && c != ':' {
				return 0, false
			}
			continue
		}
		digit := strings.IndexByte("0123456789ABCDEFabcdef", c)
		if digit < 0 {
			return 0, false
		}
		if digit > 15 {
			digit -= 6
		}
		m = m<<4 | mac(digit)
	}
	return m, true
}

// fillMacPool checks a network's MAC pool, or gives it one: 4096 addresses, other ones for each network.
func (t *tx) fillMacPool(n *network) error {
	for _, r := range n.MacPool.Ranges {
		start, okStart := parseMAC(r.StartMacAddress)
		end, okEnd := parseMAC(r.EndMacAddress)
		if !okStart || !okEnd || start > end {
			return refuse(hostnet.CodeInvalidNetwork, "MAC pool %s to %s is no range", r.StartMacAddress, r.EndMacAddress)
		}
	}
	if len(n.MacPool.Ranges) > 0 {
		return nil
	}
	number, err := t.count(metaPools)
	if err != nil {
		return err
	}
	start := mac(0x00155d000000) | mac(number&0xfff)<<12
	n.MacPool.Ranges = []hcnspec.MacRange{{StartMacAddress: start.String(), EndMacAddress: (start | 0xfff).String()}}
	return nil
}

// freeMAC returns the first address of the network's pool that no endpoint of it has.
func (t *tx) freeMAC(n *network) (string, error) {
	for _, r := range n.MacPool.Ranges {
		next, _ := parseMAC(r.StartMacAddress)
		end, _ := parseMAC(r.EndMacAddress)
		for taken := range t.keysFrom(keyMAC(n.ID, ""), next.String()) {
			if m, _ := parseMAC(taken); m != next {
				break
			}
			next++
		}
		if next <= end {
			return next.String(), nil
		}
	}
	return "", refuse(hostnet.CodeAddrInvalidOrReserved, "every MAC address of network %q is taken", n.Name)
}
