package dryrun

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/utils"
	"github.com/containernetworking/cni/pkg/version"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/conffile"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/cniplugin"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// Pod is the attachment of a dry run.
type Pod struct {
	ID           string
	Netns        string // GUID of its namespace; "" is a new one
	IfName       string
	Args         string // CNI_ARGS
	IP, MAC      string // requested; IP is also the assumed result of a foreign IPAM plugin
	PortMappings any    // the runtime's portMappings, or nil
	Lease        string // the subnet that flannel has leased to the node; "" is an example
}

// patience is how long a dry run retries transient errors, such as a missing adapter.
const patience = time.Second

// AddressError reports that an address must be specified.
type AddressError struct{ Plugin string }

func (e *AddressError) Error() string {
	return fmt.Sprintf("IPAM plugin %q cannot report an address without reserving it: pass the address with --ip ADDRESS/LENGTH", e.Plugin)
}

// Add runs the plugin's own ADD on the dry run and returns the CNI result in the configuration's version. Its
// error is the one that ADD would end with; an *AddressError is not.
func (h *Host) Add(ctx context.Context, profile attach.Profile, call conffile.Call, pod Pod) (types.Result, error) {
	if err := checkEnvironment(pod); err != nil {
		return nil, err
	}
	foreign := call.IPAM != "" && call.IPAM != hostLocal
	if foreign && pod.IP == "" {
		return nil, &AddressError{call.IPAM}
	}
	stdin, done, err := h.stdin(call, pod)
	if err != nil {
		return nil, err
	}
	defer done()
	conf, problems := cniplugin.Parse(profile, netconf.Input{Verb: "ADD", Stdin: stdin, ContainerID: pod.ID,
		Netns: cmp.Or(pod.Netns, Namespace), IfName: pod.IfName, Args: pod.Arguments(foreign)})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	conf.Timeout = min(conf.Timeout, patience) // nothing changes during a dry run
	attacher := attach.Attacher{Profile: profile, Host: h, Log: slog.New(slog.DiscardHandler),
		Locks: Locks{}, Replacements: Replacements{Real: attach.ReplacementsOfNode()}, Creations: Creations{},
		IPAM: ipam.Client{Exec: givenAddress{pod.IP, h.IPAM}}}
	result, err := attacher.Add(ctx, conf)
	if err != nil {
		return nil, err
	}
	return result.GetAsVersion(conf.CNIVersion)
}

// checkEnvironment rejects what the CNI library rejects before a plugin runs.
func checkEnvironment(pod Pod) error {
	if pod.ID == "" || pod.IfName == "" {
		return types.NewError(types.ErrInvalidEnvironmentVariables, "a pod needs an ID and an interface name", "")
	}
	if err := utils.ValidateContainerID(pod.ID); err != nil {
		return err
	}
	if err := utils.ValidateInterfaceName(pod.IfName); err != nil {
		return err
	}
	return nil
}

// Arguments returns CNI_ARGS as kubelet's runtime passes them.
func (p Pod) Arguments(foreignIPAM bool) string {
	all := []string{"IgnoreUnknown=1", "K8S_POD_NAMESPACE=default", "K8S_POD_NAME=" + p.ID}
	if args := strings.Trim(p.Args, ";"); args != "" {
		all = append(all, args)
	}
	if p.IP != "" && !foreignIPAM {
		all = append(all, "IP="+p.IP)
	}
	if p.MAC != "" {
		all = append(all, "MAC="+p.MAC)
	}
	return strings.Join(all, ";")
}

// givenAddress stands in for an IPAM plugin, which could only answer by reserving an address.
type givenAddress struct {
	address string
	has     func(plugin string) bool
}

var _ invoke.Exec = givenAddress{}

func (g givenAddress) FindInPath(plugin string, _ []string) (string, error) {
	if plugin == hostLocal || g.has != nil && !g.has(plugin) { // host-local runs in this process
		return "", fmt.Errorf("find %q: %w", plugin, fs.ErrNotExist)
	}
	return plugin, nil
}

func (g givenAddress) ExecPlugin(_ context.Context, _ string, _ []byte, _ []string) ([]byte, error) {
	return json.Marshal(map[string]any{"cniVersion": "1.0.0", "ips": []any{map[string]any{"address": g.address}}})
}

func (g givenAddress) Decode(text []byte) (version.PluginInfo, error) {
	return new(version.PluginDecoder).Decode(text)
}
