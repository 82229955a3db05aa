package hcnspec

// Isolation IDs. A VLAN tag has 12 bits, of which 0 and 4095 are reserved. Virtual subnet identifiers have 24
// bits and begin where VLANs end: 4096 to 16,777,214
// (https://learn.microsoft.com/windows-server/networking/sdn/technologies/hyper-v-network-virtualization).
const (
	MinVLAN = 1
	MaxVLAN = 4094
	MinVSID = 4096
	MaxVSID = 1<<24 - 2
)
