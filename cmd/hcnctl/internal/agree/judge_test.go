package agree

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/utils"
	"github.com/containernetworking/cni/pkg/version"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/confcheck"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/dryrun"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/cniplugin"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

type verdict struct {
	outcome    string
	complaints []string
}

func (v *verdict) complain(format string, args ...any) {
	v.complaints = append(v.complaints, fmt.Sprintf(format, args...))
}

// judge collects all verdicts and then runs ADD.
func (c *testCase) judge(t *testing.T, schema *jsonschema.Schema) verdict {
	t.Helper()
	v := verdict{outcome: "no call of this project's plugins"}
	svc := hostnet.NewPatient(c.svc)
	live, err := node.Read(t.Context(), svc)
	if err != nil {
		t.Fatal(err)
	}
	findings := confcheck.File(c.file, c.text, confcheck.Against{HNS: &live.Version, Live: live, IPAM: c.has})
	c.compareSchema(&v, schema, findings)
	if !c.calls {
		return v
	}
	statusErr := c.status(t, svc)
	host := dryrun.New(svc)
	host.IPAM = c.has
	_, planErr := host.Add(t.Context(), c.profile, c.call, c.pod)
	recorder := &recorder{Service: c.svc}
	addErr := c.add(t, hostnet.NewPatient(recorder))
	v.outcome = outcome(addErr)
	c.compareValidate(&v, findings, addErr)
	c.comparePlan(&v, planErr, addErr, host, recorder)
	if c.plain && statusErr == nil && addErr != nil && !c.excused(addErr) {
		v.complain("STATUS is good, and an ADD of a plain pod fails with code %d: %v", cniplugin.CodeOf(addErr), addErr)
	}
	return v
}

// excused reports whether STATUS may be good although an ADD fails. STATUS ignores what other pods hold: otherwise it
// would report a node with a full pool as not ready. It also ignores what only other programs know: the addresses of a
// foreign IPAM plugin, where in its subnet host-local begins, and the meaning of a policy type that this project does
// not know.
func (c *testCase) excused(err error) bool {
	switch hostnet.CodeOf(err) {
	case hostnet.CodeAddrInvalidOrReserved, hostnet.CodePortAlreadyExists, hostnet.CodeInvalidPolicyType:
		return true
	case hostnet.CodeInvalidIP:
		return c.narrow || c.call.IPAM != "" && c.call.IPAM != ipam.HostLocal
	}
	return c.full
}

func outcome(err error) string {
	switch {
	case err == nil:
		return "ADD succeeds"
	case cniplugin.CodeOf(err) == types.ErrInvalidNetworkConfig:
		return "ADD refuses the configuration"
	}
	return "ADD fails"
}

func (c *testCase) has(plugin string) bool { return slices.Contains(c.ipams, plugin) }

func (c *testCase) attacher(svc hostnet.Service) *attach.Attacher {
	a := attach.New(c.profile, svc, "/bin", slog.New(slog.DiscardHandler))
	a.IPAM = ipam.Client{Exec: plugins{c}}
	return a
}

func (c *testCase) status(t *testing.T, svc hostnet.Service) error {
	conf, problems := netconf.Parse(netconf.Input{Verb: "STATUS", Stdin: c.call.Stdin})
	if err := problems.Err(); err != nil {
		return err
	}
	return c.attacher(svc).Status(t.Context(), conf)
}

// add does what cniplugin does, after the checks of the CNI library.
func (c *testCase) add(t *testing.T, svc hostnet.Service) error {
	t.Helper()
	if c.pod.ID == "" || c.pod.IfName == "" {
		return types.NewError(types.ErrInvalidEnvironmentVariables, "required env variables missing", "") // as in skel
	}
	for _, check := range []func() *types.Error{
		func() *types.Error { return utils.ValidateContainerID(c.pod.ID) },
		func() *types.Error { return utils.ValidateInterfaceName(c.pod.IfName) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	ns, err := c.svc.CreateNamespace(t.Context(), &hcnspec.Namespace{SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		t.Fatal(err)
	}
	foreign := c.call.IPAM != "" && c.call.IPAM != "host-local"
	conf, problems := cniplugin.Parse(c.profile, netconf.Input{Verb: "ADD", Stdin: c.stdin(t), ContainerID: c.pod.ID, Netns: ns.ID,
		IfName: c.pod.IfName, Args: c.pod.Arguments(foreign)})
	if err := problems.Err(); err != nil {
		return err
	}
	result, err := c.attacher(svc).Add(t.Context(), conf)
	if err != nil {
		return err
	}
	_, err = result.GetAsVersion(conf.CNIVersion)
	return err
}

// stdin returns the runtime's input: with the port mappings if the configuration has the capability.
func (c *testCase) stdin(t *testing.T) []byte {
	t.Helper()
	var head struct{ Capabilities map[string]bool }
	if c.pod.PortMappings == nil || json.Unmarshal(c.call.Stdin, &head) != nil || !head.Capabilities["portMappings"] {
		return c.call.Stdin
	}
	conf, err := libcni.NetworkPluginConfFromBytes(c.call.Stdin)
	if err != nil {
		return c.call.Stdin
	}
	conf, err = libcni.InjectConf(conf, map[string]any{"runtimeConfig": map[string]any{"portMappings": c.pod.PortMappings}})
	if err != nil {
		t.Fatal(err)
	}
	return conf.Bytes
}

// compareValidate: an error of validate is an error of ADD with code 7 and the same path, and vice versa for errors in
// the file itself.
func (c *testCase) compareValidate(v *verdict, findings []confcheck.Finding, addErr error) {
	code := uint(0)
	if addErr != nil {
		code = cniplugin.CodeOf(addErr)
	}
	if code == types.ErrInvalidEnvironmentVariables || code == types.ErrUnknownContainer ||
		utils.ValidateContainerID(c.pod.ID) != nil || utils.ValidateInterfaceName(c.pod.IfName) != nil {
		return // the pod is rejected before the configuration is read
	}
	alone := confcheck.File(c.file, c.text, confcheck.Against{})
	static := confcheck.Errors(alone) > 0
	errors, named := 0, 0
	for _, f := range findings {
		if f.Severity != confcheck.Error || !strings.HasPrefix(f.Path, c.call.Path) && f.Path != "name" && f.Path != "cniVersion" {
			continue
		}
		errors++
		path := strings.TrimPrefix(f.Path, c.call.Path)
		switch {
		case strings.HasPrefix(path, "runtimeConfig") && !c.plain: // the runtime replaces it
		case code == cniplugin.CodeNetwork && path == "type": // the node's network does not fit, which is code 101
			named++
		case code != types.ErrInvalidNetworkConfig:
			v.complain("validate: %s, and ADD ends with code %d: %v", f, code, addErr)
		case static && !slices.Contains(alone, f): // ADD does not query the node for an invalid configuration
		case strings.Contains(addErr.Error(), path):
			named++
		case static:
			v.complain("validate: %s, and ADD does not name that path: %v", f, addErr)
		}
	}
	if !static && errors > 0 && named == 0 && c.plain {
		v.complain("validate finds %d errors on this node, and ADD names none of them: %v", errors, addErr)
	}
	if c.plain && errors == 0 && code == types.ErrInvalidNetworkConfig {
		v.complain("validate finds no error, and ADD refuses: %v", addErr)
	}
}

// comparePlan: plan and ADD have the same outcome and the same documents.
func (c *testCase) comparePlan(v *verdict, planErr, addErr error, host *dryrun.Host, r *recorder) {
	switch {
	case addErr != nil && hostnet.CodeOf(addErr) == hostnet.CodeInvalidPolicyType: // only HNS knows them
	case planErr == nil && addErr != nil:
		v.complain("plan succeeds, and ADD fails with code %d: %v", cniplugin.CodeOf(addErr), addErr)
	case planErr != nil && addErr == nil:
		v.complain("plan fails, and ADD succeeds: %v", planErr)
	case planErr != nil:
		if plan, add := cniplugin.CodeOf(planErr), cniplugin.CodeOf(addErr); plan != add {
			v.complain("plan fails with code %d, and ADD with code %d:\n      plan: %v\n      ADD:  %v", plan, add, planErr, addErr)
		}
	default:
		if diff := cmp.Diff(documents(host, host.Steps), documents(r, r.steps)); diff != "" {
			v.complain("plan and ADD differ (-plan +ADD):\n%s", diff)
		}
	}
}

var id = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// documents returns the calls that change something, with their documents, without the IDs and addresses that HNS
// chooses. The service has the result.
func documents(svc hostnet.Service, steps []dryrun.Step) []string {
	var all []string
	chosen := strings.NewReplacer(chosenBy(svc, steps)...)
	for _, s := range steps {
		text, err := json.Marshal(s.Document)
		if err != nil {
			text = []byte(err.Error())
		}
		all = append(all, chosen.Replace(id.ReplaceAllString(s.Call+" "+string(text), "ID")))
	}
	return all
}

// chosenBy returns the addresses that HNS chose, each followed by its replacement: those of endpoints that were
// created without one, and the gateways of networks that were created without a subnet.
func chosenBy(svc hostnet.Service, steps []dryrun.Step) []string {
	var pairs []string
	for _, s := range steps {
		switch created := s.Document.(type) {
		case *hcnspec.Endpoint:
			for _, e := range must(svc.EndpointsByName(context.Background(), created.Name)) {
				for _, ip := range e.IPConfigs {
					if len(created.IPConfigs) == 0 {
						pairs = append(pairs, `"`+ip.IPAddress+`"`, "ADDRESS")
					}
				}
			}
		case *hcnspec.Network:
			for _, subnet := range must(svc.NetworkByName(context.Background(), created.Name)).Subnets() {
				if len(created.Subnets()) == 0 {
					pairs = append(pairs, `"`+subnet.Gateway().String()+`"`, "GATEWAY")
				}
			}
		}
	}
	return pairs
}

// must returns the answer of a service that this test makes, without faults.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(err)
	}
	return answer
}

// compareSchema: the schema accepts what the parser accepts.
func (c *testCase) compareSchema(v *verdict, schema *jsonschema.Schema, findings []confcheck.Finding) {
	for _, f := range findings {
		if f.Severity == confcheck.Error || strings.Contains(f.Message, "other plugins are not checked") {
			return
		}
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.text))
	if err == nil {
		err = schema.Validate(instance)
	}
	if err != nil {
		v.complain("validate finds no error, and the schema refuses: %v", err)
	}
}

// plugins stand for the IPAM plugins of the node.
type plugins struct{ c *testCase }

func (p plugins) FindInPath(plugin string, _ []string) (string, error) {
	if plugin == "host-local" || !p.c.has(plugin) {
		return "", os.ErrNotExist // host-local then runs in this process
	}
	return plugin, nil
}

func (p plugins) ExecPlugin(_ context.Context, _ string, _ []byte, environ []string) ([]byte, error) {
	if !slices.Contains(environ, "CNI_COMMAND=ADD") {
		return nil, nil
	}
	return json.Marshal(map[string]any{"cniVersion": "1.0.0", "ips": []any{map[string]any{"address": p.c.foreign}}})
}

func (p plugins) Decode(text []byte) (version.PluginInfo, error) {
	return new(version.PluginDecoder).Decode(text)
}

// recorder records the changes to the node, as a dry run does.
type recorder struct {
	hostnet.Service
	steps []dryrun.Step
}

func (r *recorder) note(call string, document any) {
	r.steps = append(r.steps, dryrun.Step{Call: call, Document: document})
}

func (r *recorder) CreateNetwork(ctx context.Context, n *hcnspec.Network) (*hcnspec.Network, error) {
	made, err := r.Service.CreateNetwork(ctx, n)
	if err == nil {
		r.note("HcnCreateNetwork", n)
	}
	return made, err
}

func (r *recorder) CreateEndpoint(ctx context.Context, e *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	made, err := r.Service.CreateEndpoint(ctx, e)
	if err == nil {
		r.note("HcnCreateEndpoint", e)
	}
	return made, err
}

func (r *recorder) AddEndpointPolicies(ctx context.Context, id string, policies []hcnspec.Policy) error {
	err := r.Service.AddEndpointPolicies(ctx, id, policies)
	if err == nil {
		r.note("HcnModifyEndpoint", policies)
	}
	return err
}

func (r *recorder) DeleteEndpoint(ctx context.Context, id string) error {
	err := r.Service.DeleteEndpoint(ctx, id)
	if err == nil {
		r.note("HcnDeleteEndpoint", nil)
	}
	return err
}

func (r *recorder) Attach(ctx context.Context, namespace, endpoint string) error {
	err := r.Service.Attach(ctx, namespace, endpoint)
	if err == nil {
		r.note("HcnModifyNamespace", nil)
	}
	return err
}

func (r *recorder) CreateLoadBalancer(ctx context.Context, lb *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	made, err := r.Service.CreateLoadBalancer(ctx, lb)
	if err == nil {
		r.note("HcnCreateLoadBalancer", lb)
	}
	return made, err
}
