package policy

import (
	"math"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// minBandwidth is the lowest rate, in bytes per second, that HNS is known to enforce (hcsshim#153): it ignores a lower
// one, so the pod would not be limited at all.
const minBandwidth = 10_000

// bandwidthLimit is the QOS policy of the configuration.
type bandwidthLimit struct {
	bytes uint64
	path  string
}

// qos reads QOS.
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema#QosPolicySetting
func qos(s *settings) []rule {
	v := s.Require("bytes per second", "MaximumOutgoingBandwidthInBytes")
	n, ok := v.Whole(0, math.MaxInt64)
	switch {
	case !ok:
		return nil
	case n < minBandwidth:
		v.Fail("HNS does not enforce limits below %d bytes per second", minBandwidth)
	case s.c.qos.path != "":
		s.Fail("an endpoint has one QOS policy, and %s is another", s.c.qos.path)
		return nil
	}
	s.c.qos = bandwidthLimit{n, s.Path()}
	return s.made(hcnspec.QOSSetting{MaximumOutgoingBandwidthInBytes: n})
}

// bandwidth converts the runtime's egress limit to QOS. The lower limit wins if the configuration has one too. HNS
// limits neither ingress nor bursts.
func (c *compiler) bandwidth() {
	const section = "runtimeConfig.bandwidth"
	b := c.cfg.Bandwidth
	if b.IngressRate != 0 {
		c.warn(section+".ingressRate", "%d: HNS limits only what a pod sends; what it receives is unlimited", b.IngressRate)
	}
	if b.EgressRate == 0 {
		return
	}
	rate := b.EgressRate / 8
	if rate < minBandwidth {
		c.fail(section+".egressRate", "%d: HNS does not enforce limits below %d bits per second", b.EgressRate, minBandwidth*8)
		return
	}
	limit := rule{Policy: hcnspec.NewPolicy(hcnspec.QOS, hcnspec.QOSSetting{MaximumOutgoingBandwidthInBytes: rate})}
	if c.qos.path == "" {
		c.set.endpoint = append(c.set.endpoint, limit)
		return
	}
	c.lowerLimit(limit, rate)
}

func (c *compiler) lowerLimit(limit rule, rate uint64) {
	kept := min(rate, c.qos.bytes)
	c.warn(c.qos.path, "(an object): the runtime sets an egress limit too; the lower one applies: %d bytes per second", kept)
	for i, r := range c.set.endpoint {
		if r.Type == hcnspec.QOS && rate < c.qos.bytes {
			c.set.endpoint[i] = limit
		}
	}
}
