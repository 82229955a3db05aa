package policy

import (
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// isolation collects the VLAN and VSID policies of the subnets.
type isolation struct {
	vlan      uint32
	vlanPath  string
	vsids     []uint32
	vsidsPath string
}

// vlan reads VLAN, in its v2 and v1 spellings.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#VlanPolicySetting
func vlan(s *settings) []rule {
	v := s.Require("a VLAN from 1 to 4094", "IsolationId", "VLAN")
	if n, ok := confdoc.WholeOf[uint32](v, hcnspec.MinVLAN, hcnspec.MaxVLAN); ok {
		s.c.setVLAN(n, v.Path())
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
	v := s.Require("a VSID", "IsolationId", "VSID")
	if n, ok := confdoc.WholeOf[uint32](v, hcnspec.MinVSID, hcnspec.MaxVSID); ok {
		s.c.isolated.vsids = append(s.c.isolated.vsids, n)
		s.c.isolated.vsidsPath = v.Path()
	}
	return nil
}

// isolation combines the policies with the fields vlan and vsid.
func (c *compiler) isolation() {
	if vlan := c.cfg.VLAN; vlan != 0 && slices.Contains(noVLAN, c.network) {
		c.fail("vlan", "%d: not on a network of type %s: %s", vlan, c.network, needsVLAN)
	} else if vlan != 0 {
		c.setVLAN(vlan, "vlan")
	}
	if vsids := c.cfg.VSIDs; len(vsids) > 0 && slices.Contains(noTunnel, c.network) {
		c.fail("vsid", "%d: not on a network of type %s: %s", vsids[0], c.network, needsTunnel)
	} else if len(vsids) > 0 {
		c.setVSIDs(vsids)
	}
	if c.isolated.vlan != 0 {
		c.set.subnet = append(c.set.subnet, isolate(hcnspec.VLAN, c.isolated.vlan))
	}
	for _, id := range c.isolated.vsids {
		c.set.vsids = append(c.set.vsids, isolate(hcnspec.VSID, id))
	}
	c.countVSIDs()
}

func (c *compiler) setVSIDs(ids []uint32) {
	if was := c.isolated.vsids; len(was) > 0 && !slices.Equal(was, ids) {
		c.fail("vsid", "%d: %s says %d", ids, c.isolated.vsidsPath, was)
		return
	}
	c.isolated.vsids, c.isolated.vsidsPath = slices.Clone(ids), "vsid"
}

// countVSIDs rejects a list that leaves a subnet without a VSID, or has too many.
func (c *compiler) countVSIDs() {
	have, want := len(c.isolated.vsids), len(c.cfg.IPAM.Subnets)
	if have > 1 && want > 0 && have != want {
		c.fail(c.isolated.vsidsPath, "%d: %d VSIDs for %d subnets: want one for all, or one for each", c.isolated.vsids, have, want)
	}
}

func isolate(t hcnspec.PolicyType, id uint32) hcnspec.Policy {
	return hcnspec.NewPolicy(t, hcnspec.IsolationSetting{IsolationID: id})
}
