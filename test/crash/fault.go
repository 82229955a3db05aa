package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// fault is the fault of one case: a rule of HCNEMU_FAULTS, or one of the IPAM wrapper.
type fault struct {
	text  string // HCNEMU_FAULTS, or "ipam:ADD=kill-after"
	kind  faultKind
	class hostnet.Class // of a code
	every bool          // the rule applies to every call, not to one
}

type faultKind int

const (
	noFault faultKind = iota
	code              // the call fails
	kill              // the plugin dies
	hang              // the call never returns
	delay             // the call takes long
	ipamFault
)

// ipamPrefix marks faults of the IPAM wrapper.
const ipamPrefix = "ipam:"

// parseFault parses the fault in a case's name. The first of several rules determines the kind.
func parseFault(text string) (fault, error) {
	f := fault{text: text}
	if text == "none" {
		return f, nil
	}
	if rule, ok := strings.CutPrefix(text, ipamPrefix); ok {
		f.kind = ipamFault
		if strings.Contains(rule, "kill") {
			f.kind = kill
		}
		return f, nil
	}
	first, _, _ := strings.Cut(text, ";")
	target, action, ok := strings.Cut(first, "=")
	if !ok {
		return f, fmt.Errorf("fault %q: want API#n=action", text)
	}
	f.every = !strings.Contains(target, "#")
	switch {
	case strings.HasPrefix(action, "kill"):
		f.kind = kill
	case action == "hang":
		f.kind = hang
	case strings.HasPrefix(action, "delay:"):
		f.kind = delay
	default:
		number, err := strconv.ParseUint(action, 0, 32)
		if err != nil {
			return f, fmt.Errorf("fault %q: no such action", text)
		}
		f.kind, f.class = code, hostnet.MakeCode(uint32(number)).Class()
	}
	return f, nil
}

// hcn is the rule for the emulator, ipam the one for the IPAM wrapper.
func (f fault) hcn() string {
	if f.kind == noFault || f.ipam() != "" {
		return ""
	}
	return f.text
}

func (f fault) ipam() string {
	rule, ok := strings.CutPrefix(f.text, ipamPrefix)
	if !ok {
		return ""
	}
	return rule
}

// waits reports whether hnsTimeoutSeconds has to pass, which is then short.
func (f fault) waits() bool {
	return f.kind == hang || f.kind == ipamFault && strings.Contains(f.text, "hang") ||
		f.kind == code && f.every && (f.class == hostnet.Transient || f.class == hostnet.NotFound)
}

// codesOf returns the codes of a class in a fixed order.
func codesOf(class hostnet.Class) []hostnet.Code {
	var codes []hostnet.Code
	for _, c := range hostnet.Codes() {
		if c.Class() == class {
			codes = append(codes, c)
		}
	}
	slices.Sort(codes)
	return codes
}

// classes are all classes of codes, with the number of codes of each that are applied to one call.
var classes = []struct {
	class hostnet.Class
	many  int
}{{hostnet.Transient, 2}, {hostnet.Permanent, 2}, {hostnet.Brief, 1}, {hostnet.NotFound, 1}, {hostnet.Exists, 1}}

// faultsOf returns the faults that are applied to the calls of a verb one by one. The codes of each class take turns,
// so that every code is applied to many calls; with all, to every call.
func faultsOf(calls []string, turn *int, all bool) []string {
	var faults []string
	for _, target := range calls {
		for _, c := range classes {
			codes := codesOf(c.class)
			many := c.many
			if all {
				many = len(codes)
			}
			for i := range many {
				faults = append(faults, fmt.Sprintf("%s=%#x", target, uint32(codes[(*turn*c.many+i)%len(codes)])))
			}
		}
		for _, action := range []string{"kill", "kill-after", "hang", "delay:200ms"} {
			faults = append(faults, target+"="+action)
		}
		*turn++
	}
	return faults
}

// outages are faults of many calls: HNS unavailable throughout, HNS restarting in the middle, one function that never
// works.
func outages(calls []string) []string {
	faults := []string{"*=0x803b0020", "*=0x6ba", "*=0x490", "*=0x80004005", "*=hang"}
	for n := 1; n <= len(calls); n += 2 {
		faults = append(faults, restartAt(n))
	}
	for _, api := range functions(calls) {
		for _, action := range []string{"0x803b0020", "0x803b000d", "0x80004005", "0x490"} {
			faults = append(faults, api+"="+action)
		}
	}
	return faults
}

// restartAt is HNS restarting: five calls in a row are not answered.
func restartAt(n int) string {
	var rules []string
	for i, c := range []string{"0x6be", "0x803b0020", "0x6ba", "0x426", "0x803b0031"} {
		rules = append(rules, fmt.Sprintf("*#%d=%s", n+i, c))
	}
	return strings.Join(rules, ";")
}

// functions returns the functions behind "API#n", each once.
func functions(calls []string) []string {
	var apis []string
	for _, c := range calls {
		api, _, _ := strings.Cut(c, "#")
		if !slices.Contains(apis, api) {
			apis = append(apis, api)
		}
	}
	return apis
}
