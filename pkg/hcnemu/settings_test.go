package hcnemu

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func TestSettingsFromEnv(t *testing.T) {
	env := map[string]string{"HCNEMU_DIR": "d", "HCNEMU_HOST": "h", "HCNEMU_LATENCY": "l", "HCNEMU_FAULTS": "f"}
	got := SettingsFromEnv(func(name string) string { return env[name] })
	if want := (Settings{Dir: "d", HostProfile: "h", Latency: "l", Faults: "f"}); got != want {
		t.Errorf("got %+v", got)
	}
}

func TestBadSettings(t *testing.T) {
	for _, row := range []struct {
		settings Settings
		complain string
	}{
		{Settings{HostProfile: `{"version":"x"}`}, `HCNEMU_HOST "{\"version\":\"x\"}": version: HNS version "x": want major.minor`},
		{Settings{HostProfile: `{"colour":1}`}, `unknown field "colour"`},
		{Settings{HostProfile: `/nowhere/profile.json`}, `HCNEMU_HOST "/nowhere/profile.json": open`},
		{Settings{HostProfile: `{"adapters":[{"name":""}]}`}, `adapters[0]: an adapter needs a name`},
		{Settings{HostProfile: `{"adapters":[{"name":"a"},{"name":"a"}]}`}, `adapters[1]: a second adapter is called "a"`},
		{Settings{HostProfile: `{"adapters":[{"name":"a","addresses":["10.0.0.1"]}]}`}, `address "10.0.0.1": want address/prefix length`},
		{Settings{HostProfile: `{"adapters":[{"name":"a","gateway":"x"}]}`}, `gateway "x" is not an address`},
		{Settings{HostProfile: `{"adapters":[{"name":"a","mac":"x"}]}`}, `mac "x" is not a MAC address`},
		{Settings{HostProfile: `{"busyPorts":["http"]}`}, `busyPorts[0]: "http": want tcp/1…65535`},
		{Settings{HostProfile: `{"busyPorts":["sctp/9"]}`}, `"sctp/9": want tcp/1…65535`},
		{Settings{Latency: "fast"}, `HCNEMU_LATENCY "fast": "fast" is no duration such as 5ms`},
		{Settings{Latency: "HcnFly=1ms"}, `no HCN function is called "HcnFly"`},
		{Settings{Latency: "*=-1ms"}, `"-1ms" is no duration`},
		{Settings{Faults: "HcnOpenNetwork"}, `HCNEMU_FAULTS "HcnOpenNetwork": "HcnOpenNetwork" is not API#n=action`},
		{Settings{Faults: "HcnFly=kill"}, `no HCN function is called "HcnFly"`},
		{Settings{Faults: "*#0=kill"}, `"0" is no number of a call, 1 or more`},
		{Settings{Faults: "*=explode"}, `"explode" is no action`},
		{Settings{Faults: "*=0"}, `"0" is no action`},
		{Settings{Faults: "*=delay:x"}, `"x" is no duration such as 500ms`},
	} {
		row.settings.Dir = t.TempDir()
		if _, err := Open(row.settings); err == nil || !strings.Contains(err.Error(), row.complain) {
			t.Errorf("%+v:\ngot  %v\nwant %s", row.settings, err, row.complain)
		}
	}
}

func TestLatency(t *testing.T) {
	var slept []time.Duration
	h, err := Open(Settings{Dir: t.TempDir(), Latency: "HcnEnumerateNetworks=20ms;*=2ms", Faults: "HcnEnumerateNetworks#2=delay:500ms"})
	if err != nil {
		t.Fatal(err)
	}
	h.sleep = func(d time.Duration) { slept = append(slept, d) }
	n := testNode{t, h}
	for range 2 {
		_, err := h.Enumerate(KindNetwork, "")
		n.ok(err)
	}
	_, err = h.Enumerate(KindEndpoint, "")
	n.ok(err)
	if diff := cmp.Diff([]time.Duration{20 * time.Millisecond, 520 * time.Millisecond, 2 * time.Millisecond}, slept); diff != "" {
		t.Error(diff)
	}
	if l, err := parseLatency("5ms"); err != nil || l.of("HcnOpenNetwork") != 5*time.Millisecond {
		t.Errorf("%v %v", l, err)
	}
}

// Faults by count and by name; no failed call has an effect.
func TestFaults(t *testing.T) {
	for _, row := range []struct {
		faults string
		want   string // codes of: create, create, enumerate, enumerate
	}{
		{"", "0 0 0 0"},
		{"HcnCreateNamespace=0x803b0020", "803b0020 803b0020 0 0"},
		{"HcnCreateNamespace#2=0x80070490", "0 490 0 0"},
		{"*#3=0x57", "0 0 57 0"},
		{"*=0x57;HcnCreateNamespace#1=0x20", "57 57 57 57"},
		{"HcnCreateNamespace#1=0x20;*=0x57", "20 57 57 57"},
		{"*#1=0x20; HcnEnumerateNamespaces#2=2151350304", "20 0 0 803b0020"},
	} {
		h, err := Open(Settings{Dir: t.TempDir(), Faults: row.faults})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		made := 0
		for range 2 {
			_, err := h.Create(KindNamespace, 0, "", namespaceDoc)
			got = append(got, fmt.Sprintf("%x", uint32(hostnet.CodeOf(err))))
			if err == nil {
				made++
			}
		}
		for range 2 {
			_, err := h.Enumerate(KindNamespace, "")
			got = append(got, fmt.Sprintf("%x", uint32(hostnet.CodeOf(err))))
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%q: got %v, want %s", row.faults, got, row.want)
		}
		n := testNode{t, h}
		if count := strings.Count(n.dump(), `"Type": "Host"`); count != made {
			t.Errorf("%q: %d namespaces, want %d", row.faults, count, made)
		}
	}
}

func TestJournalOfTornLine(t *testing.T) {
	n := newNode(t, "")
	n.create(KindNamespace, "", namespaceDoc)
	file, err := os.OpenFile(n.host.journalPath(), os.O_APPEND|os.O_WRONLY, 0)
	n.ok(err)
	_, err = file.WriteString(`{"seq":4,"pid`)
	n.ok(err)
	n.ok(file.Close())
	if got := len(n.journal()); got != 3 {
		t.Errorf("%d entries beside the torn one", got)
	}
	refused(t, n.host.Delete(KindNamespace, missing), hostnet.CodeElementNotFound)
	calls := n.journal()
	last := calls[len(calls)-1]
	last.PID, last.Ms = 0, 0
	if want := (Call{Seq: 4, API: "HcnDeleteNamespace", ID: missing, Error: "ERROR_NOT_FOUND (0x490)"}); last != want {
		t.Errorf("got %+v", last)
	}
}

func TestJournalOfFreshNode(t *testing.T) {
	if n := newNode(t, ""); len(n.journal()) != 0 {
		t.Errorf("got %v", n.journal())
	}
}
