package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/intent"
)

// TestDaemonSetInstalls runs the command of the DaemonSet's container, with its intent, on an emulated node.
func TestDaemonSetInstalls(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(moduleRoot, "build", "node", "daemonset.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	configMap, daemonSet, _ := strings.Cut(string(text), "\n---\n")
	var data struct{ Data map[string]string }
	if err := yaml.Unmarshal([]byte(configMap), &data); err != nil {
		t.Fatal(err)
	}
	var pod struct {
		Spec struct {
			Template struct {
				Spec struct {
					InitContainers []struct{ Command, Args []string }
				}
			}
		}
	}
	if err := yaml.Unmarshal([]byte(daemonSet), &pod); err != nil {
		t.Fatal(err)
	}
	tr := newTranscript(t, "")
	file := filepath.Join(tr.root, "intent.yaml")
	if err := os.WriteFile(file, []byte(data.Data["intent.yaml"]), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := intent.Load(file); err != nil {
		t.Fatal(err)
	}
	container := pod.Spec.Template.Spec.InitContainers[0]
	line := strings.Join(append(container.Command, container.Args...), " ")
	// The paths of the node's containers, on this machine.
	line = strings.NewReplacer("hcnctl.exe", "hcnctl -q", `C:\etc\hcnctl\`, tr.root+"/", `C:\`, tr.root+"/", `\`, "/").Replace(line)
	for _, outcome := range []string{"installed", "unchanged"} { // a restarted pod finds everything done
		got := tr.run(line)
		want := ""
		for _, name := range []string{"hcnctl", "nat", "sdnbridge", "sdnoverlay", "sdntunnel", "transparent"} {
			want += "/node/opt/cni/bin/" + name + ": " + outcome + "\n"
		}
		want += "/node/etc/cni/net.d/10-hcnctl.conflist: " + outcome + "\nsdnoverlay: STATUS is good for network flannel.4096\n"
		if got != want {
			t.Errorf("%s printed\n%swant\n%s", line, got, want)
		}
	}
}
