package attach

import (
	"context"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// unreadableIPAM returns the place of an IPAM section that names no plugin, or "". DEL tolerates that, yet must not
// leave an address reserved.
func unreadableIPAM(conf *netconf.Config) string {
	if conf.IPAM.Type != "" {
		return ""
	}
	section := conf.Document.At("ipam")
	switch section.Kind() {
	case confdoc.Null:
		return ""
	case confdoc.Object:
	default:
		return "ipam"
	}
	if t := section.At("type"); t.Kind() != confdoc.Null && !(t.Kind() == confdoc.Text && t.Text() == "") {
		return "ipam.type"
	}
	return ""
}

// releaseUnknown replaces the delegate's DEL if the configuration does not name the plugin. It releases host-local's
// reservations for the attachment. If host-local does not know the network, the result of ADD may show that there were
// no addresses. Otherwise it is an error: an address may stay reserved forever.
func (a *Attacher) releaseUnknown(ctx context.Context, conf *netconf.Config, path string) error {
	known, err := a.IPAM.ReleaseHostLocal(ctx, a.ipamRequest(conf))
	if known || err != nil {
		return err
	}
	if previous, err := previousResult(conf); err == nil && len(previous.IPs) == 0 {
		return nil
	}
	return confdoc.Findings{{Path: path, Message: fmt.Sprintf("%s: it names no IPAM plugin, host-local has no reservations of network %q, and so it is unknown "+
		"who holds the addresses of container %s; the endpoint is removed, restore the configuration that ADD had to release the addresses",
		conf.Document.At(path).JSON(), conf.Name, conf.Attachment.ContainerID)}}
}
