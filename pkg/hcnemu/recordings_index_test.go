package hcnemu

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/test/golden"
)

// behaviours are rows of the index that are no document: a test has the behaviour.
var behaviours = map[string]func(*testing.T){
	"040": TestSameAddressOtherMAC,
	"052": TestCompartmentNumbers,
	"095": TestLoadBalancerModification,
	"100": TestReboot,
}

func recordedIndex(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recordingsDir, "index.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRecordedRows: each row of the index is a recording, a behaviour with a test, or explained in differences.json; and
// nothing else is.
func TestRecordedRows(t *testing.T) {
	rows := map[string]string{}
	for line := range strings.Lines(recordedIndex(t)) {
		if cells := strings.Split(strings.TrimSpace(line), "\t"); cells[0] != "number" {
			rows[cells[0]] = cells[len(cells)-1]
		}
	}
	compared := map[string]bool{}
	for _, r := range load[[]recording](t, "recordings.json") {
		compared[strings.TrimRight(r.Number, "abcdefgh")] = true
	}
	unlike := map[string]bool{}
	for _, e := range load[[]explanation](t, "differences.json") {
		if e.Field == "" {
			unlike[e.Number] = true
		}
	}
	for number, shows := range rows {
		if isTest := behaviours[number] != nil; !compared[number] && !isTest && !unlike[number] {
			t.Errorf("%s (%s): no recording, no behaviour, and not explained", number, shows)
		} else if unlike[number] && (compared[number] || isTest) {
			t.Errorf("%s: tested, and explained as not to be compared", number)
		}
	}
	for _, numbers := range []map[string]bool{compared, unlike} {
		for number := range numbers {
			if rows[number] == "" {
				t.Errorf("%s is not in index.tsv", number)
			}
		}
	}
	alone := 0
	for number := range behaviours {
		if rows[number] == "" {
			t.Errorf("%s is not in index.tsv", number)
		}
		if !compared[number] {
			alone++
		}
	}
	t.Logf("recorded rows: %d, of them %d compared, %d a behaviour with a test, %d not to be compared", len(rows), len(compared), alone, len(unlike))
}

// TestSameAddressOtherMAC: an address that was released is assigned with another MAC of the pool (docker/for-win#2399).
func TestSameAddressOtherMAC(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", natDoc)
	var macs []string
	for range 3 {
		id := n.create(KindEndpoint, network, endpointDoc)
		e := n.endpoint(id)
		n.ok(n.host.Delete(KindEndpoint, id))
		again := n.endpoint(n.create(KindEndpoint, network, endpointWith(e.IPConfigs[0].IPAddress)))
		if e.MAC[:len("00-15-5D-xx-x")] != again.MAC[:len("00-15-5D-xx-x")] {
			t.Errorf("%s and %s are of different pools", e.MAC, again.MAC)
		}
		macs = append(macs, e.MAC, again.MAC)
		n.ok(n.host.Delete(KindEndpoint, strings.ToUpper(again.ID)))
	}
	if slices.Equal([]string{macs[0], macs[2], macs[4]}, []string{macs[1], macs[3], macs[5]}) {
		t.Errorf("three addresses came back with their MACs: %v", macs)
	}
}

const (
	emulatorPage     = "../../docs/emulator.md"
	differencesBegin = "<!-- the table is written by: go test ./pkg/hcnemu -run RecordedDifferences -update -->\n"
	differencesEnd   = "<!-- end of the table -->\n"
)

// TestRecordedDifferencesPage keeps the list of docs/emulator.md equal to differences.json.
func TestRecordedDifferencesPage(t *testing.T) {
	rows := map[string]string{}
	for line := range strings.Lines(recordedIndex(t)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		rows[cells[0]] = cells[4]
	}
	type entry struct{ number, reason string }
	fields := map[entry][]string{}
	var order []entry
	for _, e := range load[[]explanation](t, "differences.json") {
		key := entry{e.Number, e.Reason}
		if fields[key] == nil {
			order = append(order, key)
		}
		fields[key] = append(fields[key], cmp.Or(e.Field, "all"))
	}
	var b strings.Builder
	b.WriteString("\n| recording | source | field | reason |\n|---|---|---|---|\n")
	for _, e := range order {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.number, rows[strings.TrimRight(e.number, "abcdefgh")], strings.Join(fields[e], ", "), e.reason)
	}
	golden.Section(t, emulatorPage, differencesBegin, differencesEnd, b.String()+"\n")
}
