package ipam

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexflint/go-filemutex"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/google/go-cmp/cmp"
)

// conf returns a configuration for host-local: dir is its dataDir, more is added to ipam, last at top level.
func conf(dir, more, last string) []byte {
	text, err := json.Marshal(dir)
	if err != nil {
		panic(err)
	}
	return fmt.Appendf(nil, `{"cniVersion":"1.0.0","name":"net","ipam":{"type":"host-local","dataDir":%s%s}%s}`, text, more, last)
}

const subnets = `,"ranges":[[{"subnet":"10.0.0.0/29"}],[{"subnet":"fd00::/64","gateway":"fd00::1"}]],"routes":[{"dst":"0.0.0.0/0","gw":"10.0.0.1"}]`

func localRequest(dir, container string) Request {
	return Request{Plugin: "host-local", Stdin: conf(dir, subnets, ""), ContainerID: container, Netns: "{ns}", IfName: "eth0"}
}

// reservations returns the addresses in the data directory with their owners, sorted.
func reservations(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "net"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	all := []string{}
	for _, entry := range entries {
		if !isReservation(entry) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "net", entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.ReplaceAll(entry.Name(), "_", ":")+" "+strings.ReplaceAll(string(text), "\r\n", "/"))
	}
	sort.Strings(all)
	return all
}

func expect(t *testing.T, dir string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), reservations(t, dir)); diff != "" {
		t.Errorf("reservations:\n%s", diff)
	}
}

// builtIn is where buildHostLocal put the executable, for TestMain to remove.
var builtIn string

// buildHostLocal builds the real executable, once for all tests.
var buildHostLocal = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "host-local")
	if err != nil {
		return "", err
	}
	builtIn = dir
	out, err := exec.Command("go", "build", "-o", pluginFile(dir, "host-local"),
		"github.com/containernetworking/plugins/plugins/ipam/host-local").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return dir, nil
})

// eachWay runs the test with host-local as a process and in this process.
func eachWay(t *testing.T, f func(t *testing.T, with func(Request) Request)) {
	t.Run("in process", func(t *testing.T) {
		f(t, func(r Request) Request { r.InProcess = true; return r })
	})
	t.Run("executable", func(t *testing.T) {
		path := executable(t)
		f(t, func(r Request) Request { r.Path = path; return r })
	})
}

func executable(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil || runtime.GOOS == "windows" {
		t.Skip("no Go tool to build host-local with")
	}
	dir, err := buildHostLocal()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func add(t *testing.T, r Request) string {
	t.Helper()
	result, _, err := Client{}.Add(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return summary(result)
}

func TestHostLocalBothWays(t *testing.T) {
	eachWay(t, func(t *testing.T, with func(Request) Request) {
		dir := t.TempDir()
		got := add(t, with(localRequest(dir, "c1")))
		if want := "10.0.0.2/29 via 10.0.0.1, fd00::2/64 via fd00::1, to 0.0.0.0/0 via 10.0.0.1"; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		second := with(localRequest(dir, "c2"))
		second.IfName = "net1"
		add(t, second)
		expect(t, dir, "10.0.0.2 c1/eth0", "10.0.0.3 c2/net1", "fd00::2 c1/eth0", "fd00::3 c2/net1")
		if err := (Client{}).Check(t.Context(), second); err != nil {
			t.Error(err)
		}
		third := with(localRequest(dir, "c3"))
		if err := (Client{}).Check(t.Context(), third); err == nil || !strings.Contains(err.Error(), "c3") {
			t.Errorf("CHECK of a container without address: %v", err)
		}
		for range 2 {
			if err := (Client{}).Del(t.Context(), second); err != nil {
				t.Error(err)
			}
		}
		expect(t, dir, "10.0.0.2 c1/eth0", "fd00::2 c1/eth0")
	})
}

func TestProcessAndLibrarySeeEachOthersReservations(t *testing.T) {
	path, dir := executable(t), t.TempDir()
	at := func(container string, process bool) Request {
		r := localRequest(dir, container)
		if r.InProcess = !process; process {
			r.Path = path
		}
		return r
	}
	add(t, at("c1", true))
	add(t, at("c2", false))
	add(t, at("c3", true))
	expect(t, dir, "10.0.0.2 c1/eth0", "10.0.0.3 c2/eth0", "10.0.0.4 c3/eth0", "fd00::2 c1/eth0", "fd00::3 c2/eth0", "fd00::4 c3/eth0")
	for container, process := range map[string]bool{"c1": false, "c2": true, "c3": false} {
		if err := (Client{}).Check(t.Context(), at(container, process)); err != nil {
			t.Error(err)
		}
		if err := (Client{}).Del(t.Context(), at(container, process)); err != nil {
			t.Error(err)
		}
	}
	expect(t, dir)
	if got := add(t, at("c4", false)); !strings.HasPrefix(got, "10.0.0.5/29") {
		t.Errorf("the next address is %s, want 10.0.0.5: the last reserved one is remembered", got)
	}
}

func TestConfigurationsBothWays(t *testing.T) {
	resolv := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(resolv, []byte("# c\nnameserver 10.0.0.53 x\n;\noptions ndots:5\nnameserver\nsearch a b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(resolv)
	if err != nil {
		t.Fatal(err)
	}
	const subnet = `,"subnet":"10.0.0.0/24"`
	rows := map[string]struct{ ipam, top, args, want string }{
		"one subnet":       {subnet + `,"gateway":"10.0.0.254","rangeStart":"10.0.0.50"`, "", "", "10.0.0.50/24 via 10.0.0.254"},
		"CNI_ARGS IP":      {subnet, "", "IgnoreUnknown=1;IP=10.0.0.77", "10.0.0.77/24 via 10.0.0.1"},
		"args.cni.ips":     {subnet, `,"args":{"cni":{"ips":["10.0.0.78"]}}`, "", "10.0.0.78/24 via 10.0.0.1"},
		"runtime ips":      {subnet, `,"runtimeConfig":{"ips":["10.0.0.79"]}`, "", "10.0.0.79/24 via 10.0.0.1"},
		"runtime ipRanges": {subnet, `,"runtimeConfig":{"ipRanges":[[{"subnet":"10.9.0.0/24"}]]}`, "", "10.9.0.2/24 via 10.9.0.1, 10.0.0.2/24 via 10.0.0.1"},
		"resolvConf":       {subnet + `,"resolvConf":` + string(quoted), "", "", "10.0.0.2/24 via 10.0.0.1, 10.0.0.53"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			eachWay(t, func(t *testing.T, with func(Request) Request) {
				r := with(localRequest(t.TempDir(), "c1"))
				r.Stdin, r.Args = conf(t.TempDir(), row.ipam, row.top), row.args
				if got := add(t, r); got != row.want {
					t.Errorf("got %s, want %s", got, row.want)
				}
			})
		})
	}
}

func TestFailedAddsReserveNothingBothWays(t *testing.T) {
	rows := map[string]struct{ ipam, args, says string }{
		"no ranges":           {"", "", "no IP ranges specified"},
		"bad subnet":          {`,"subnet":"10.0.0.0/33"`, "", "10.0.0.0/33"},
		"address outside":     {`,"ranges":[[{"subnet":"10.0.0.0/24"}],[{"subnet":"fd00::/64"}]]`, "IP=10.7.0.1", "10.7.0.1"},
		"second set is full":  {`,"ranges":[[{"subnet":"10.0.0.0/24"}],[{"subnet":"10.1.0.0/30","rangeStart":"10.1.0.1","rangeEnd":"10.1.0.1"}]]`, "", "no IP addresses available"},
		"address is gateway":  {`,"subnet":"10.0.0.0/24"`, "IP=10.0.0.1", "gateway"},
		"missing resolv.conf": {`,"subnet":"10.0.0.0/24","resolvConf":"/no/such/file"`, "", "/no/such/file"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			eachWay(t, func(t *testing.T, with func(Request) Request) {
				dir := t.TempDir()
				r := with(localRequest(dir, "c1"))
				r.Stdin, r.Args = conf(dir, row.ipam, ""), row.args
				_, release, err := Client{}.Add(t.Context(), r)
				if err == nil || release != nil || !strings.Contains(err.Error(), row.says) {
					t.Errorf("Add: %v, want a complaint with %q", err, row.says)
				}
				expect(t, dir)
			})
		})
	}
}

func TestSecondAddInProcessLeavesTheFirstOnesAddress(t *testing.T) {
	dir := t.TempDir()
	add(t, localRequest(dir, "c1"))
	if _, _, err := (Client{}).Add(t.Context(), localRequest(dir, "c1")); err == nil || !strings.Contains(err.Error(), "duplicate") {
		t.Errorf("second Add: %v", err)
	}
	expect(t, dir, "10.0.0.2 c1/eth0", "fd00::2 c1/eth0")
}

func TestVerbsInProcessNeedOnlyWhereTheReservationsAre(t *testing.T) {
	dir := t.TempDir()
	add(t, localRequest(dir, "c1"))
	r := localRequest(dir, "c1")
	r.Stdin = conf(dir, `,"ranges":[[{"subnet":"garbage"}]]`, "")
	if err := (Client{}).Check(t.Context(), r); err != nil {
		t.Error(err)
	}
	if err := (Client{}).Del(t.Context(), r); err != nil {
		t.Error(err)
	}
	expect(t, dir)
	never := localRequest(filepath.Join(dir, "never"), "c1")
	if err := (Client{}).Del(t.Context(), never); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "never")); !os.IsNotExist(err) {
		t.Errorf("DEL made the data directory: %v", err)
	}
}

func TestNetworkNamesInProcess(t *testing.T) {
	for _, name := range []string{"", ".", "..", "../x", "a/b", `a\b`, "a:b", "a\nb"} {
		dir := t.TempDir()
		text, err := json.Marshal(map[string]any{"cniVersion": "1.0.0", "name": name,
			"ipam": map[string]any{"type": "host-local", "dataDir": filepath.Join(dir, "in"), "subnet": "10.0.0.0/24"}, validAttachments: []any{}})
		if err != nil {
			t.Fatal(err)
		}
		r := Request{Plugin: "host-local", Stdin: text, ContainerID: "c1", IfName: "eth0"}
		_, _, err = Client{}.Add(t.Context(), r)
		checkError(t, err, 7, "directory name")
		for _, verb := range []func(context.Context, Request) error{Client{}.Del, Client{}.Check, Client{}.GC, Client{}.Status} {
			checkError(t, verb(t.Context(), r), 7, "directory name")
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("name %q left %v, %v", name, left, err)
		}
	}
}

func TestStatusInProcess(t *testing.T) {
	dir := t.TempDir()
	if err := (Client{}).Status(t.Context(), localRequest(dir, "")); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Client{}).Status(t.Context(), localRequest(file, "")); err == nil || !strings.Contains(err.Error(), "file") {
		t.Errorf("a data directory that is a file: %v", err)
	}
	bad := localRequest(dir, "")
	bad.Stdin = conf(dir, "", "")
	checkError(t, Client{}.Status(t.Context(), bad), 7, "no IP ranges")
}

func TestWaitForTheLockEndsWithTheContext(t *testing.T) {
	dir := t.TempDir()
	add(t, localRequest(dir, "c1"))
	mutex, err := filemutex.New(filepath.Join(dir, "net", "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if err := mutex.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = Client{}.Add(ctx, localRequest(dir, "c2"))
	checkError(t, err, types.ErrTryAgainLater, "lock")
	checkError(t, Client{}.Del(ctx, localRequest(dir, "c1")), types.ErrTryAgainLater, "lock")
	if err := mutex.Close(); err != nil {
		t.Fatal(err)
	}
	add(t, localRequest(dir, "c3"))
	expect(t, dir, "10.0.0.2 c1/eth0", "10.0.0.3 c3/eth0", "fd00::2 c1/eth0", "fd00::3 c3/eth0")
}

func TestManyAddsAtOnceGetDifferentAddresses(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			r := localRequest(dir, fmt.Sprint("c", i))
			r.Stdin = conf(dir, `,"subnet":"10.0.0.0/24"`, "")
			if _, _, err := (Client{}).Add(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(reservations(t, dir)); got != 40 {
		t.Errorf("%d addresses for 40 containers", got)
	}
}
