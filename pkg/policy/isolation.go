package policy

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Highest isolation IDs: VLAN tags have 12 bits with two values reserved, VSIDs 24 bits.
const (
	maxVLAN = 4094
	maxVSID = 1<<24 - 1
)

// isolation is what the VLAN and VSID policies of the subnets say.
type isolation struct {
	vlan      uint32
	vlanPath  string
	vsids     []uint32
	vsidsPath string
}

// vlan reads VLAN, in its v2 and v1 spellings.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#VlanPolicySetting
func vlan(s *settings) []rule {
	v, ok := s.require("a VLAN from 1 to 4094", "IsolationId", "VLAN")
	if !ok {
		return nil
	}
	if n, ok := v.number(1, maxVLAN); ok {
		s.c.setVLAN(uint32(n), v.path)
	}
	return nil
}

func (c *compiler) setVLAN(id uint32, path string) {
	was := c.isolated.vlan
	if was != 0 && was != id {
		c.fail(path, "%d: a network has one VLAN, and %s says %d", id, c.isolated.vlanPath, was)
		return
	}
	if was == 0 {
		c.isolated.vlan, c.isolated.vlanPath = id, path
	}
}

// vsid reads VSID, in its v2 and v1 spellings. Several entries are those of several subnets.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#VsidPolicySetting
func vsid(s *settings) []rule {
	v, ok := s.require("a VSID", "IsolationId", "VSID")
	if !ok {
		return nil
	}
	if n, ok := v.number(1, maxVSID); ok {
		c := s.c
		c.isolated.vsids = append(c.isolated.vsids, uint32(n))
		c.isolated.vsidsPath = v.path
	}
	return nil
}

// isolation joins the policies with the fields vlan and vsid.
func (c *compiler) isolation() {
	if c.cfg.VLAN != 0 && c.vlanAllowed() {
		c.setVLAN(c.cfg.VLAN, "vlan")
	}
	if len(c.cfg.VSIDs) > 0 && c.vsidsAllowed() {
		c.setVSIDs(c.cfg.VSIDs)
	}
	if c.isolated.vlan != 0 {
		c.set.subnet = append(c.set.subnet, isolate(hcnspec.VLAN, c.isolated.vlan))
	}
	for _, id := range c.isolated.vsids {
		c.set.vsids = append(c.set.vsids, isolate(hcnspec.VSID, id))
	}
	c.countVSIDs()
}

func (c *compiler) vlanAllowed() bool {
	switch {
	case slices.Contains(noVLAN, c.network):
		c.fail("vlan", "%d: not on a network of type %s: %s", c.cfg.VLAN, c.network, needsVLAN)
	case c.cfg.VLAN > maxVLAN:
		c.fail("vlan", "%d: want a VLAN from 1 to %d", c.cfg.VLAN, maxVLAN)
	default:
		return true
	}
	return false
}

func (c *compiler) vsidsAllowed() bool {
	if slices.Contains(noTunnel, c.network) {
		c.fail("vsid", "%d: not on a network of type %s: %s", c.cfg.VSIDs[0], c.network, needsTunnel)
		return false
	}
	for _, id := range c.cfg.VSIDs {
		if id < 1 || id > maxVSID {
			c.fail("vsid", "%d: want a VSID from 1 to %d", id, maxVSID)
			return false
		}
	}
	return true
}

func (c *compiler) setVSIDs(ids []uint32) {
	if was := c.isolated.vsids; len(was) > 0 && !slices.Equal(was, ids) {
		c.fail("vsid", "%d: %s says %d", ids, c.isolated.vsidsPath, was)
		return
	}
	c.isolated.vsids, c.isolated.vsidsPath = slices.Clone(ids), "vsid"
}

// countVSIDs refuses a list that leaves a subnet without a VSID, or has one too many.
func (c *compiler) countVSIDs() {
	have, want := len(c.isolated.vsids), len(c.cfg.IPAM.Subnets)
	if have > 1 && want > 0 && have != want {
		c.fail(c.isolated.vsidsPath, "%d: %d VSIDs for %d subnets: want one for all, or one for each", c.isolated.vsids, have, want)
	}
}

func isolate(t hcnspec.PolicyType, id uint32) hcnspec.Policy {
	return hcnspec.NewPolicy(t, hcnspec.IsolationSetting{IsolationID: id})
}
