package main

// suite is a test suite of a package in the module cache, or of one in this repository.
type suite struct {
	Name          string
	Module        string // directory of the go.mod that pins the package; empty: this one
	Package, Tags string
	Tests         []string // the top-level tests that make up the suite; empty: all of the package
	Edits         []edit   // changes to a copy of the package's module
	Alone         bool     // every test has its own process and emulated host
	Ginkgo        bool     // the specs are counted rather than the one test that runs them
	Here          bool     // the tests run on this machine, and start Windows executables themselves
	More          bool     // takes minutes to build: make conformance-more

	Program bool    // the package is a program rather than a suite
	Edited  string  // a package of the module that Edits change; empty: Package
	Needs   []suite // the programs that the tests start
}

// suites are the suites that are run. hnslib's tag featureaccelnetsupport is left out: its one test does not compile in
// v0.1.3 (an unused import), and hcsshim's suite has the same test.
var suites = []suite{
	{Name: "hcsshim", Package: "github.com/Microsoft/hcsshim/hcn", Tags: "integration"},
	{Name: "hnslib", Package: "github.com/Microsoft/hnslib/hcn", Tags: "integration,featureroutesupport"},
	{Name: "cniplugins", Module: "modules/cniplugins", Package: "github.com/containernetworking/plugins/pkg/hns", Ginkgo: true},
	{
		Name: "moby", Module: "modules/moby", Package: "github.com/moby/moby/v2/daemon/libnetwork/drivers/windows", Alone: true,
		Edits: mobyEdits("daemon/libnetwork/drivers/windows/windows_test.go"),
	},
	{Name: "win-bridge", Module: "../..", Package: clients, Here: true, Tests: []string{"TestWinBridge"}, Needs: []suite{winBridge}},
	{Name: "win-overlay", Module: "../..", Package: clients, Here: true, Tests: []string{"TestWinOverlay"}, Needs: []suite{winOverlay}},
	{
		Name: "flannel", Module: "../..", Package: clients, Here: true,
		Tests: []string{"TestFlannelHostGateway", "TestFlannelVXLAN"}, Needs: []suite{flanneld, winBridge, winOverlay},
	},
	{
		// hcsshim v0.15.0 needs a module for signatures that the Go module proxy does not have.
		Name: "ncproxy", Module: "modules/ncproxy", Package: "github.com/Microsoft/hcsshim/cmd/ncproxy", Alone: true, More: true,
		// Wine reports an older Windows. The tests that are skipped there need a newer HNS, which the emulator is.
		Edits: []edit{
			{File: "cmd/ncproxy/hcn_networking_test.go", Times: 3, Old: `Skip("Requires build +21H1")`, New: `Log("Wine: an older build, a new HNS")`},
			{File: "cmd/ncproxy/ncproxy_v0_service_test.go", Times: 2, Old: `Skip("Requires build +21H1")`, New: `Log("Wine: an older build, a new HNS")`},
		},
	},
	{
		Name: "kubernetes", Module: "modules/kubernetes", Package: "k8s.io/kubernetes/pkg/proxy/winkernel", Alone: true, More: true,
		Tests: liveKubeProxyTests,
		Edits: []edit{{
			File: "pkg/proxy/winkernel/hns_test.go", Times: len(liveKubeProxyTests),
			Old: `t.Skip("Skipping failing test on Windows.")`,
		}},
	},
}

const clients = "./test/clients"

// The programs of other projects that the tests of test/clients start.
var (
	winBridge  = suite{Name: "win-bridge", Program: true, Module: "modules/cniplugins", Package: cniPlugins + "main/windows/win-bridge"}
	winOverlay = suite{Name: "win-overlay", Program: true, Module: "modules/cniplugins", Package: cniPlugins + "main/windows/win-overlay"}
	flanneld   = suite{
		Name: "flanneld", Program: true, Module: "../clients/flanneld", Package: ".", Edited: "github.com/flannel-io/flannel/pkg/ip",
		Edits: []edit{
			// Under Wine a program sees this machine's interfaces, not those that the emulator has.
			{File: "pkg/ip/iface_windows.go", Times: 1, Old: `	return nil, errors.New("no interface with given IP found")`, New: `	return &net.Interface{Index: 1, Name: "vEthernet (Ethernet)"}, nil`},
			{File: "pkg/ip/iface_windows.go", Times: 1, Old: "	return setForwardingForInterface(iface, true)", New: "	return nil"},
			// Windows has the text of a code, Wine has only the code.
			{File: "pkg/backend/hostgw/hostgw_windows.go", Times: 1, Old: `"This endpoint is already attached to the switch."`, New: `"0x803b0014"`},
		},
	}
)

const cniPlugins = "github.com/containernetworking/plugins/plugins/"

// liveKubeProxyTests are the tests of kube-proxy's HNS calls that kubernetes skips because they need an HNS; the others
// of the package run on a mock of it.
var liveKubeProxyTests = []string{
	"TestGetNetworkByName",
	"TestGetAllEndpointsByNetwork",
	"TestGetEndpointByID",
	"TestGetEndpointByIpAddressAndName",
	"TestCreateEndpointLocal",
	"TestCreateEndpointRemote",
	"TestDeleteEndpoint",
	"TestGetLoadBalancerExisting",
	"TestGetLoadBalancerNew",
	"TestDeleteLoadBalancer",
	"TestHashEndpoints",
}

// mobyEdits make the tests of moby's driver run: they are skipped, as "never running to begin with", pass no
// driverapi.NetworkInfo, which the driver calls unconditionally, and leave the store's file open, which Windows then
// does not delete.
func mobyEdits(file string) []edit {
	return []edit{
		{File: file, Times: 2, Old: `t.Skip("Test does not work on CI and was never running to begin with")`},
		{File: file, Times: 1, Old: "d, err := newDriver(networkType, storeutils.NewTempStore(t))", New: `store := storeutils.NewTempStore(t)
	t.Cleanup(store.Close)
	d, err := newDriver(networkType, store)`},
		{File: file, Times: 1, Old: `netOption, nil, ipdList, nil)`, New: `netOption, noTables{}, ipdList, nil)`},
		{File: file, Times: 1, Old: "type testEndpoint struct {", New: `type noTables struct{}

func (noTables) TableEventRegister(string, driverapi.ObjectType) error { return nil }
func (noTables) UpdateIpamConfig([]driverapi.IPAMData)                  {}

type testEndpoint struct {`},
	}
}
