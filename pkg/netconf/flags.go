package netconf

// flags reads optionalFlags, and loopbackDSR from all its places.
func (r *reader) flags() {
	o := r.root.Get("optionalFlags").Object()
	set := func(name string) bool {
		on, _ := o.Get(name).Bool()
		return on
	}
	r.c.Flags = Flags{
		LocalRoutedPortMapping:      set("localRoutedPortMapping"),
		AllowACLPortMapping:         set("allowAclPortMapping"),
		ForceBridgeGateway:          set("forceBridgeGateway"),
		EnableDualStack:             set("enableDualStack"),
		LoopbackDSR:                 set("loopbackDSR"),
		GatewayFromAdditionalRoutes: set("gatewayFromAdditionalRoutes"),
		CollapseNATExceptions:       set("collapseNatExceptions"),
	}
	winBridge, _ := r.root.Get("loopbackDSR").Bool()
	azure, _ := r.root.Get("windowsSettings").Object().Get("enableLoopbackDSR").Bool()
	r.c.Flags.LoopbackDSR = r.c.Flags.LoopbackDSR || winBridge || azure
}

// capabilities are those that may be requested of a runtime, by their names in the configuration.
var capabilities = []string{"portMappings", "dns", "bandwidth", "ips", "mac", "ipRanges"}

// ineffective warns of widespread fields that have no effect.
func (r *reader) ineffective() {
	o := r.root.Get("capabilities").Object()
	for _, name := range capabilities {
		o.Get(name).Bool()
	}
	if v := o.Get("dnsCapabilities"); v.Given() {
		v.Warn("has no effect; the capability is called dns")
	}
	if v := o.Get("portMapping"); v.Given() {
		v.Warn("has no effect; the capability is called portMappings")
	}
	if v := r.root.Get("mtu"); v.Given() {
		v.Warn("has no effect: a pod has the MTU of the network's adapter; the policy EncapOverhead lowers it")
	}
}
