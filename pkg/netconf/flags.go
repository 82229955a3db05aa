package netconf

// flags reads optionalFlags, and loopbackDSR from all the places where it is written.
func (r *reader) flags(c *Config, root *node) {
	o := r.object(r.field(root, "optionalFlags"))
	set := func(name string) bool {
		on, _ := r.boolean(r.field(o, name))
		return on
	}
	c.Flags = Flags{
		LocalRoutedPortMapping:      set("localRoutedPortMapping"),
		AllowACLPortMapping:         set("allowAclPortMapping"),
		ForceBridgeGateway:          set("forceBridgeGateway"),
		EnableDualStack:             set("enableDualStack"),
		LoopbackDSR:                 set("loopbackDSR"),
		GatewayFromAdditionalRoutes: set("gatewayFromAdditionalRoutes"),
		CollapseNATExceptions:       set("collapseNatExceptions"),
	}
	winBridge, _ := r.boolean(r.field(root, "loopbackDSR"))
	azure, _ := r.boolean(r.field(r.object(r.field(root, "windowsSettings")), "enableLoopbackDSR"))
	c.Flags.LoopbackDSR = c.Flags.LoopbackDSR || winBridge || azure
}

// capabilities are what a runtime may be asked for, by their names in the configuration.
var capabilities = []string{"portMappings", "dns", "bandwidth", "ips", "mac", "ipRanges"}

// ineffective warns of what people copy from each other and nothing ever read.
func (r *reader) ineffective(root *node) {
	o := r.object(r.field(root, "capabilities"))
	for _, name := range capabilities {
		r.boolean(r.field(o, name))
	}
	if n := r.field(o, "dnsCapabilities"); n != nil {
		r.advise(n, "has no effect; the capability is called dns")
	}
	if n := r.field(o, "portMapping"); n != nil {
		r.advise(n, "has no effect; the capability is called portMappings")
	}
}
