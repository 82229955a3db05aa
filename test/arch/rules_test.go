package arch_test

// rule lists what one place may import beyond the standard library.
type rule struct {
	place  string   // a package of this module; with /... also those below it
	ours   []string // packages of this module
	others []string // other modules' packages, by prefix
	why    string
}

// Imports of several places.
const (
	cni        = "github.com/containernetworking/cni/pkg/"
	plugins    = "github.com/containernetworking/plugins/"
	windowsAPI = "golang.org/x/sys/windows"
	anything   = "*"
	emu        = "pkg/hcnemu/internal/"
)

// emulatorRules returns the imports of every package with rules of the emulator, and the named packages below it.
func emulatorRules(below ...string) []string {
	all := []string{emu + "state", emu + "node", emu + "refusal", "pkg/hostnet", "pkg/hcnspec", "pkg/hcnrule"}
	for _, name := range below {
		all = append(all, emu+name)
	}
	return all
}

// rules list the permitted imports, from the top down. The first that matches a package applies.
var rules = []rule{
	{"plugins/...", []string{"pkg/cniplugin", "pkg/attach"}, nil, "a plugin's main only names its profile"},
	{"cmd/hcnctl/...", []string{anything}, []string{anything}, "the operator's tool may use all of it"},
	{"pkg/cniplugin", []string{"pkg/attach", "pkg/confdoc", "pkg/netconf", "pkg/hostnet", "pkg/thishost", "pkg/ipam", "pkg/cnilog", "pkg/version"},
		[]string{cni + "skel", cni + "types", cni + "version"}, "it is the process's edge and knows the CNI; the verbs are attach's"},
	{"pkg/attach", []string{"pkg/confdoc", "pkg/netconf", "pkg/policy", "pkg/ipam", "pkg/hostnet", "pkg/nodelock", "pkg/hcnspec", "pkg/hcnrule", "internal/privatedir"},
		[]string{cni + "types"}, "the core sees the host only through hostnet.Service, and nothing of processes and logs' files"},
	{"pkg/policy", []string{"pkg/confdoc", "pkg/netconf", "pkg/hcnspec"}, nil, "policies are pure functions of the configuration"},
	{"pkg/ipam", []string{"internal/privatedir"}, []string{cni + "invoke", cni + "types", cni + "version", plugins + "plugins/ipam/host-local/backend", "github.com/alexflint/go-filemutex", windowsAPI},
		"IPAM knows addresses, not networks: it can be used without the rest"},
	{"pkg/hostnet", []string{"pkg/hcnspec"}, nil, "the seam must not know what is on either side of it"},
	{"pkg/hostnet/hnshost", []string{"pkg/hostnet", "pkg/hcnspec"}, []string{"github.com/Microsoft/hnslib/hcn", "github.com/sirupsen/logrus", windowsAPI},
		"it translates between the bindings and the seam, and decides nothing"},
	{"pkg/probe", []string{"pkg/hostnet", "pkg/hcnspec"}, nil, "a question is asked of any HNS, and must not know which one it is"},
	{"pkg/hcnrule", []string{"pkg/hcnspec"}, nil, "what HNS and a dry run of it judge by are pure functions of documents"},
	{"pkg/hcnemu", []string{"pkg/hostnet", "pkg/hcnspec", emu + "node", emu + "refusal", emu + "state", emu + "objects", emu + "namespaces",
		emu + "loadbalancers", emu + "endpoints", emu + "networks", emu + "v1", emu + "addresses"}, []string{"github.com/gofrs/flock", windowsAPI},
		"the emulator knows documents; were it to know the plugins, it would agree with their mistakes"},
	{emu + "v1", emulatorRules("networks", "endpoints", "namespaces", "loadbalancers", "objects", "policy"), nil,
		"the older API calls the rules, and has no others"},
	{emu + "networks", emulatorRules("endpoints", "addresses", "objects", "policy"), nil, "deleting a network deletes its endpoints; a network has a pool of MAC addresses"},
	{emu + "endpoints", emulatorRules("addresses", "namespaces", "loadbalancers", "objects", "policy"), nil,
		"an endpoint leaves its namespace and load balancers when it is deleted"},
	{emu + "loadbalancers", emulatorRules("objects", "policy"), nil, "load balancers know of endpoints that they exist"},
	{emu + "namespaces", emulatorRules("addresses", "objects", "policy"), nil, "attaching an endpoint may lease it an address, and nothing else"},
	{emu + "addresses", emulatorRules("objects", "policy"), nil, "addresses depend on subnets and on what is taken"},
	{emu + "objects", emulatorRules("policy"), nil, "what is stored does not depend on who stores it"},
	{emu + "policy", emulatorRules(), nil, "a policy is judged without looking at other objects"},
	{emu + "state", []string{emu + "node", emu + "refusal", "pkg/hostnet", "pkg/hcnspec"}, []string{"go.etcd.io/bbolt"}, "the store knows no rule about any object"},
	{emu + "node", []string{"pkg/hostnet", "pkg/hcnspec"}, nil, "the machine is below HNS"},
	{emu + "refusal", []string{"pkg/hostnet"}, nil, "a refusal is a code and a reason"},
	{"pkg/thishost", []string{"pkg/hostnet", "pkg/hostnet/hnshost", "pkg/hcnemu"}, nil, "it only chooses"},
	{"pkg/nodelock", []string{"internal/privatedir"}, []string{"github.com/gofrs/flock", windowsAPI}, "a lock knows nothing of what it protects"},
	{"pkg/netconf", []string{"pkg/confdoc", "pkg/hcnspec"}, []string{cni + "types"}, "the configuration is understood before anything else is known"},
	{"pkg/confdoc", nil, nil, "it knows JSON, and nothing of networks' rules"},
	{"pkg/hcnspec", nil, nil, "the documents are plain structs"},
	{"pkg/cnilog", []string{"internal/privatedir"}, []string{windowsAPI}, "the log is below everything; go-winio's ETW costs 240 KB and is not needed"},
	{"pkg/version", nil, nil, "every executable has it"},
	{"internal/privatedir", nil, []string{windowsAPI}, "it makes directories"},
	{"test/...", []string{anything}, []string{anything}, "tests may use all of it"},
	{"build/...", []string{anything}, []string{anything}, "so may the tools that build a release"},
}

// reserved packages may be imported by these places only.
var reserved = []struct {
	prefix string
	places []string
	why    string
}{
	{"github.com/Microsoft/hnslib", []string{"pkg/hostnet/hnshost"}, "the HCN bindings panic and cannot be faked: everybody else uses hostnet.Service"},
	{"github.com/Microsoft/hcsshim", nil, "hcsshim doubles the size of an executable; hnslib is its HCN part"},
	{"github.com/sirupsen/logrus", []string{"pkg/hostnet/hnshost"}, "hnshost imports it to silence it; our log is pkg/cnilog"},
	{"github.com/Microsoft/go-winio", nil, "its ETW package costs 240 KB; cnilog calls the four functions it needs"},
	{"github.com/spf13/", []string{"cmd/hcnctl/..."}, "a plugin has no command line"},
	{module + "pkg/hcnemu", []string{"pkg/hcnemu/...", "pkg/thishost", "test/..."}, "whoever knows the emulator is not the same program on Windows"},
	{module + "pkg/thishost", []string{"pkg/cniplugin", "cmd/hcnctl/...", "test/..."}, "which host it is, is decided at the process's edge"},
	{"log", []string{"test/...", "build/..."}, "the standard logger writes to stderr, which runtimes show as the error; use pkg/cnilog"},
}

// neverInWindowsExecutables are packages that no shipped .exe contains, not even indirectly.
var neverInWindowsExecutables = map[string]string{
	module + "pkg/hcnemu":            "a Windows executable never contains the emulator",
	"go.etcd.io/bbolt":               "the emulator's store has no business on a node",
	"go.opentelemetry.io":            "it comes with cni v1.3.1 and makes each start slower",
	"github.com/Microsoft/hcsshim":   "hnslib has the HCN part of it",
	"github.com/vishvananda/netlink": "it is Linux's",
	"testing":                        "a test helper slipped in",
}

// neverInPlugins are packages that hcnctl may contain but the plugins, which start for every pod, may not.
var neverInPlugins = map[string]string{
	"github.com/spf13/cobra":                    "a plugin has no command line",
	"sigs.k8s.io/yaml":                          "a plugin reads JSON",
	"github.com/containernetworking/cni/libcni": "a plugin is not a runtime",
	"net/http":   "it costs a megabyte and start-up time",
	"crypto/tls": "it costs half a megabyte and start-up time",
	"os/signal":  "a plugin does not handle console events; see docs/design.md",
}
