package doctor

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/confcheck"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
)

// Level is the severity of a finding.
type Level string

// Problems keep pods from working; warnings will do so later, or waste something; Fine is for checks that passed.
const (
	Fine    Level = "ok"
	Warning Level = "warning"
	Problem Level = "problem"
)

// Finding is one fact about the node, and the recommended action.
type Finding struct {
	Level   Level  `json:"level"`
	Area    string `json:"area"`
	Message string `json:"message"`
	Advice  string `json:"advice,omitempty"`
}

// Facts are the inputs of a diagnosis.
type Facts struct {
	Node         *node.Node
	ConfDir      string
	Confs        []string            // files in ConfDir that runtimes read
	ConfFindings []confcheck.Finding // about them
	BinDir       string
	Needed       []Executable // that the configurations name
	Reservations []ipam.Reservation
}

// Executable is a plugin that a configuration calls.
type Executable struct {
	Name  string
	Found bool
	// Optional is host-local, which the plugins have built in.
	Optional bool
}

// Diagnose returns findings about every area, in a fixed order, including good ones.
func Diagnose(f Facts) []Finding {
	var all []Finding
	for _, area := range []struct {
		name  string
		check func(Facts) []Finding
		fine  string
	}{
		{"hns", checkHNS, "HNS " + f.Node.Version.String()},
		{"uplink", checkUplinks, "an adapter with a default route is up"},
		{"networks", checkNetworks, count(len(f.Node.Networks), "network")},
		{"configuration", checkConfs, count(len(f.Confs), "file") + " in " + f.ConfDir},
		{"executables", checkExecutables, count(len(f.Needed), "executable") + " that the configurations name, all in " + f.BinDir},
		{"endpoints", checkEndpoints, count(len(f.Node.Endpoints), "endpoint") + ", none leaked"},
		{"addresses", checkAddresses, count(len(f.Reservations), "address") + " reserved, none twice"},
		{"ports", checkPorts, taken(f.Node)},
		{"namespaces", checkNamespaces, count(len(f.Node.Namespaces), "namespace")},
		{"load balancers", checkLoadBalancers, count(len(f.Node.LoadBalancers), "load balancer")},
	} {
		found := area.check(f)
		if len(found) == 0 {
			found = []Finding{{Level: Fine, Message: area.fine}}
		}
		for _, finding := range found {
			finding.Area = area.name
			all = append(all, finding)
		}
	}
	return all
}

// Problems counts the findings that keep pods from working.
func Problems(all []Finding) int {
	count := 0
	for _, f := range all {
		if f.Level == Problem {
			count++
		}
	}
	return count
}

func checkHNS(f Facts) []Finding {
	if hcnspec.FeatureV2API.In(f.Node.Version) {
		return nil
	}
	return []Finding{{Problem, "", fmt.Sprintf("HNS %s is older than %s", f.Node.Version, hcnspec.FeatureV2API.Versions()),
		"use Windows Server 2019 or newer"}}
}

func checkUplinks(f Facts) []Finding {
	if node.DefaultAdapter(f.Node.Adapters) != nil {
		return nil
	}
	return []Finding{{Problem, "", "no adapter is up with an address and a default route",
		"check the cable, DHCP, and whether a network was just created: its switch takes over the address within 20 seconds"}}
}

func checkConfs(f Facts) []Finding {
	if len(f.Confs) == 0 {
		return []Finding{{Problem, "", fmt.Sprintf("no configuration in %s", f.ConfDir),
			"hcnctl install, or hcnctl conf generate --file " + filepath.Join(f.ConfDir, "10-hcnctl.conflist")}}
	}
	var found []Finding
	for _, c := range f.ConfFindings {
		level := Warning
		if c.Severity == confcheck.Error {
			level = Problem
		}
		found = append(found, Finding{level, "", c.String(), "edit the file; then validate it again with hcnctl conf validate"})
	}
	return found
}

func checkExecutables(f Facts) []Finding {
	var found []Finding
	for _, e := range f.Needed {
		if !e.Found && !e.Optional {
			found = append(found, Finding{Problem, "", fmt.Sprintf("%s is missing in %s", e.Name, f.BinDir),
				"hcnctl install --bin-dir " + f.BinDir + ", or copy the plugin there"})
		}
	}
	return found
}

func count(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "s"):
		return fmt.Sprintf("%d %ses", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
