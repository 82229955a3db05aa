package policy

import (
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// portName reads PortName: the name of the endpoint's port on the switch.
func portName(s *settings) []rule {
	v, ok := s.require("a name", "Name")
	if !ok {
		return nil
	}
	name, _ := v.text()
	return s.made(hcnspec.PortNameSetting{Name: name})
}

// encapOverhead reads EncapOverhead: bytes by which the MTU is lowered.
func encapOverhead(s *settings) []rule {
	v, ok := s.require("a number of bytes", "Overhead")
	if !ok {
		return nil
	}
	n, _ := v.number(1, maxUint16)
	return s.made(hcnspec.EncapOverheadSetting{Overhead: uint16(n)})
}

// iov reads Iov, SR-IOV for the endpoint's port. A weight of 0 turns it off, 100 is what Azure gives.
func iov(s *settings) []rule {
	var out hcnspec.IOVSetting
	out.IovOffloadWeight = s.count(100, "IovOffloadWeight")
	out.QueuePairsRequested = s.count(maxUint32, "QueuePairsRequested")
	out.InterruptModeration = s.count(maxUint32, "InterruptModeration")
	return s.made(out)
}

func (s *settings) count(high uint64, name string) uint32 {
	v, ok := s.find(name)
	if !ok {
		return 0
	}
	n, _ := v.number(0, high)
	return uint32(n)
}

// interfaceConstraint reads InterfaceConstraint: the one NIC of the node that an endpoint or a network uses.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#InterfaceConstraintPolicySetting
func interfaceConstraint(s *settings) []rule {
	out := hcnspec.InterfaceConstraintSetting{
		InterfaceIndex:     s.count(maxUint32, "InterfaceIndex"),
		InterfaceMediaType: s.count(maxUint32, "InterfaceMediaType"),
	}
	if v, ok := s.find("InterfaceGuid"); ok {
		out.InterfaceGUID, _ = v.guid()
	}
	if v, ok := s.find("InterfaceLuid"); ok {
		out.InterfaceLUID, _ = v.number(0, 1<<64-1)
	}
	if v, ok := s.find("InterfaceAlias"); ok {
		out.InterfaceAlias, _ = v.text()
	}
	if v, ok := s.find("InterfaceDescription"); ok {
		out.InterfaceDescription, _ = v.text()
	}
	if !s.has("Interface") {
		s.fail("want an interface: InterfaceGuid, InterfaceLuid, InterfaceIndex, InterfaceAlias, " +
			"InterfaceDescription or InterfaceMediaType")
	}
	return s.made(out)
}

// sid returns the security identifier of a user, in its text form.
func (v value) sid() string {
	s, ok := v.text()
	if ok && !isSID(s) {
		v.fail("want a security identifier, for example S-1-5-32-556")
	}
	return s
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
