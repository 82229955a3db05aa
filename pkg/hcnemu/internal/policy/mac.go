package policy

import (
	"fmt"
	"strings"
)

// MAC is a MAC address as a number.
type MAC uint64

// String returns the address as HNS writes it: 00-15-5D-00-00-01.
func (m MAC) String() string {
	return fmt.Sprintf("%02X-%02X-%02X-%02X-%02X-%02X", byte(m>>40), byte(m>>32), byte(m>>24), byte(m>>16), byte(m>>8), byte(m)) // #nosec G115 -- the six bytes of the address
}

// ParseMAC reads six bytes with dashes or colons between them.
func ParseMAC(s string) (MAC, bool) {
	if len(s) != 17 {
		return 0, false
	}
	var m MAC
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
		m = m<<4 | MAC(digit) // #nosec G115 -- from 0 to 15
	}
	return m, true
}
