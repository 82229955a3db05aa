package cniplugin

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// The test binary is the plugin sdnbridge when this is set.
const pluginEnv = "CNIPLUGIN_TEST_PLUGIN"

func TestMain(m *testing.M) {
	if os.Getenv(pluginEnv) != "" {
		Main(attach.SDNBridge)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pod is one attachment, with the settings of its plugin's process.
type pod struct {
	t     *testing.T
	dir   string
	data  string // host-local's directory
	netns string
	host  *hcnemu.Host
}

func newPod(t *testing.T) *pod {
	t.Helper()
	dir := t.TempDir()
	host, err := hcnemu.Open(hcnemu.Settings{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ns, err := host.Service().CreateNamespace(t.Context(), &hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		t.Fatal(err)
	}
	return &pod{t, dir, filepath.Join(dir, "host-local"), ns.ID, host}
}

// command returns the process of one verb. host-local runs in it.
func (p *pod) command(verb string) *exec.Cmd {
	p.t.Helper()
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	stdin := `{"cniVersion": "1.1.0", "name": "podnet", "type": "sdnbridge", "master": "Ethernet",
		"ipam": {"type": "host-local", "inProcess": true, "dataDir": "` + filepath.ToSlash(p.data) + `", "subnet": "10.244.3.0/24"}}`
	cmd := exec.CommandContext(p.t.Context(), self)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), pluginEnv+"=1", "HCNEMU_DIR="+p.dir, "HCNEMU_FAULTS=",
		"CNI_COMMAND="+verb, "CNI_CONTAINERID=c1", "CNI_NETNS="+p.netns, "CNI_IFNAME=eth0", "CNI_PATH="+p.dir)
	return cmd
}

// state is all objects of an attachment.
func (p *pod) state() string {
	p.t.Helper()
	dump, err := p.host.Dump()
	if err != nil {
		p.t.Fatal(err)
	}
	reserved, err := filepath.Glob(filepath.Join(p.data, "podnet", "[0-9]*"))
	if err != nil {
		p.t.Fatal(err)
	}
	return dump + strings.Join(reserved, "\n")
}

// unwritable are the kinds of stdout to which no result can be written.
func unwritable(t *testing.T) map[string]*os.File {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Close(); err != nil {
		t.Fatal(err)
	}
	files := map[string]*os.File{"closed pipe": write}
	if runtime.GOOS == "linux" {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		files["full disk"] = full
	}
	return files
}

// TestUnwritableStdout: an ADD whose result cannot be written fails, and undoes what it created itself: all of a new
// attachment, nothing of one that an earlier ADD created.
func TestUnwritableStdout(t *testing.T) {
	for name, stdout := range unwritable(t) {
		t.Run(name, func(t *testing.T) {
			defer func() { _ = stdout.Close() }()
			p := newPod(t)
			if out, err := p.command("ADD").CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			attached := p.state()
			p.failsToWrite("ADD", stdout)
			if now := p.state(); now != attached {
				t.Errorf("a repeated ADD changed the live pod: %s", now)
			}
			if out, err := p.command("DEL").CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			detached := p.state()
			p.failsToWrite("ADD", stdout)
			if now := p.state(); now != detached {
				t.Errorf("a first ADD left: %s", now)
			}
		})
	}
}

// failsToWrite runs a verb that must exit with 1, whatever signal a broken pipe raises, and report the reason on
// stderr.
func (p *pod) failsToWrite(verb string, stdout *os.File) {
	p.t.Helper()
	cmd := p.command(verb)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = stdout, &stderr
	err := cmd.Run()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(stderr.String(), "stdout") {
		p.t.Errorf("%s: %v, stderr %q; want exit code 1 and a message about stdout", verb, err, stderr.String())
	}
}
