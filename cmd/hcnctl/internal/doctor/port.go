package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnrule"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// port is a port of the node that an endpoint publishes.
type port struct {
	owner   *hcnspec.Endpoint
	setting hcnspec.PortMappingSetting
}

func published(n *node.Node) []port {
	var all []port
	for i := range n.Endpoints {
		for _, m := range node.PortMappings(&n.Endpoints[i]) {
			all = append(all, port{&n.Endpoints[i], m})
		}
	}
	slices.SortStableFunc(all, func(a, b port) int { return cmp.Compare(a.setting.ExternalPort, b.setting.ExternalPort) })
	return all
}

// checkPorts finds ports that two endpoints publish, or that an orphan keeps others from publishing.
func checkPorts(f Facts) []Finding {
	all := published(f.Node)
	var found []Finding
	for i, p := range all {
		if use := f.Node.UseOf(p.owner); use == node.Idle || use == node.Stale {
			found = append(found, Finding{Warning, "", fmt.Sprintf("%s is held by endpoint %q, which no pod uses", p, p.owner.Name), "hcnctl gc"})
		}
		for _, q := range all[i+1:] {
			if p.collides(q) {
				found = append(found, Finding{Problem, "", fmt.Sprintf("%s is published by two endpoints: %q and %q", p, p.owner.Name, q.owner.Name),
					"restart one of the pods with another hostPort"})
			}
		}
	}
	return found
}

func (p port) String() string {
	return fmt.Sprintf("port %d/%s", p.setting.ExternalPort, node.Protocol(p.setting.Protocol))
}

// collides reports whether both use the same port of the node. One endpoint may have a mapping for each family.
func (p port) collides(q port) bool {
	return p.owner != q.owner && hcnrule.PortOf(p.setting).Collides(hcnrule.PortOf(q.setting))
}

// taken lists the published ports.
func taken(n *node.Node) string {
	var names []string
	for _, p := range published(n) {
		names = append(names, fmt.Sprintf("%d/%s", p.setting.ExternalPort, node.Protocol(p.setting.Protocol)))
	}
	if len(names) == 0 {
		return "none published"
	}
	return "published, each once: " + strings.Join(slices.Compact(names), ", ")
}
