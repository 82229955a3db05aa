package policy

import (
	"math"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// portName reads PortName: the name of the endpoint's port on the switch.
func portName(s *settings) []rule {
	name, _ := s.Require("a name", "Name").Str()
	return s.made(hcnspec.PortNameSetting{Name: name})
}

// encapOverhead reads EncapOverhead: bytes by which the MTU is lowered.
func encapOverhead(s *settings) []rule {
	n, _ := confdoc.WholeOf[uint16](s.Require("a number of bytes", "Overhead"), 1, maxUint16)
	return s.made(hcnspec.EncapOverheadSetting{Overhead: n})
}

// iov reads Iov, SR-IOV for the endpoint's port. A weight of 0 turns it off; Azure uses 100.
func iov(s *settings) []rule {
	return s.made(hcnspec.IOVSetting{
		IovOffloadWeight:    number[uint32](s, 100, "IovOffloadWeight"),
		QueuePairsRequested: number[uint32](s, maxUint32, "QueuePairsRequested"),
		InterruptModeration: number[uint32](s, maxUint32, "InterruptModeration"),
	})
}

// interfaceConstraint reads InterfaceConstraint: the one NIC of the node that an endpoint or a network uses.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#InterfaceConstraintPolicySetting
func interfaceConstraint(s *settings) []rule {
	before := s.Failed()
	out := hcnspec.InterfaceConstraintSetting{
		InterfaceGUID:        guid(s.Get("InterfaceGuid")),
		InterfaceLUID:        number[uint64](s, math.MaxUint64, "InterfaceLuid"),
		InterfaceIndex:       number[uint32](s, maxUint32, "InterfaceIndex"),
		InterfaceMediaType:   number[uint32](s, maxUint32, "InterfaceMediaType"),
		InterfaceAlias:       s.text("InterfaceAlias"),
		InterfaceDescription: s.text("InterfaceDescription"),
	}
	if out == (hcnspec.InterfaceConstraintSetting{}) && s.Failed() == before {
		s.Fail("want an interface: InterfaceGuid, InterfaceLuid, InterfaceIndex, InterfaceAlias, " +
			"InterfaceDescription or InterfaceMediaType")
	}
	return s.made(out)
}

func isSID(s string) bool {
	rest, ok := strings.CutPrefix(strings.ToUpper(s), "S-1-")
	if !ok {
		return false
	}
	for part := range strings.SplitSeq(rest, "-") {
		if _, err := strconv.ParseUint(part, 10, 48); err != nil {
			return false
		}
	}
	return true
}
