package gocni

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	cni "github.com/containerd/go-cni"
)

// newCNI sets up go-cni as containerd's CRI service does on Windows: from a directory, with the given configurations.
func newCNI(t *testing.T, confs map[string]string) cni.CNI {
	t.Helper()
	dir := t.TempDir()
	for name, doc := range confs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := cni.New(
		cni.WithMinNetworkCount(1),
		cni.WithPluginConfDir(dir),
		cni.WithPluginMaxConfNum(len(confs)),
		cni.WithPluginDir([]string{bin}),
	)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Status(); !cni.IsCNINotInitialized(err) {
		t.Errorf("Status before a configuration is loaded: %v", err)
	}
	if err := c.Load(cni.WithDefaultConf); err != nil {
		t.Fatal(err)
	}
	return c
}

// sandbox is a pod sandbox: its namespace exists before, while and after the plugin runs.
type sandbox struct {
	id        string
	namespace string
	opts      []cni.NamespaceOpts
}

func newSandbox(t *testing.T, n node, id string, more ...cni.NamespaceOpts) *sandbox {
	t.Helper()
	namespace, err := n.createNamespace()
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{
		"K8S_POD_NAMESPACE": "shop", "K8S_POD_NAME": "web-0", "K8S_POD_UID": "6b3a8f62-9a55-4f0e-8d0b-0c6e0d0a3a11",
		"K8S_POD_INFRA_CONTAINER_ID": id, "IgnoreUnknown": "1",
	}
	annotations := map[string]string{"example.org/owner": "shop; team=1"}
	opts := []cni.NamespaceOpts{
		cni.WithLabels(labels),
		cni.WithCapability("io.kubernetes.cri.pod-annotations", annotations),
	}
	return &sandbox{id, namespace, append(opts, more...)}
}

// The capabilities that containerd derives from a pod's ports, annotations on bandwidth and dnsPolicy.
func ports(mappings ...cni.PortMapping) cni.NamespaceOpts { return cni.WithCapabilityPortMap(mappings) }

func bandwidth(egress uint64) cni.NamespaceOpts {
	return cni.WithCapabilityBandWidth(cni.BandWidth{EgressRate: egress, EgressBurst: math.MaxUint32})
}

func clusterDNS() cni.NamespaceOpts {
	return cni.WithCapabilityDNS(cni.DNS{
		Servers: []string{"10.96.0.10"}, Searches: []string{"shop.svc.cluster.local", "svc.cluster.local"}, Options: []string{"ndots:5"},
	})
}
