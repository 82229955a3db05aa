package confdoc

import (
	"fmt"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"master", "logLevel", "logFile", "mtu", "gw", "gateway", "subnet", "vsid", "vlan"}
	for key, want := range map[string]string{
		"mastr": "master", "logLevl": "logLevel", "LOGLEVL": "logLevel", "gatewya": "gateway", "vlna": "vlan", "vslan": "vlan", "vlnaq": "",
		"master": "", "Master": "", "bridge": "", "gx": "", "mt": "", "network": "", "x": "", "": "",
	} {
		if got := nearest(key, known); got != want {
			t.Errorf("%q: did you mean %q? want %q", key, got, want)
		}
	}
}

// TestUnknownFields: a field that resembles a known one gets a warning; another reader's field, or one that resembles
// none, does not.
func TestUnknownFields(t *testing.T) {
	root := decoded(t, `{"mastr": "Ethernet", "bridge": "b", "ipam": {"subnett": 1}, "policy": {"Typ": 1}}`)
	var r Report
	v := r.Read(root)
	v.Get("master").Str()
	v.Get("ipam").Object().Get("subnet")
	policy := v.Get("policy").Object()
	policy.Get("type")
	policy.Forget()
	r.NearMisses()
	_, warnings := r.Sorted()
	const want = `mastr "Ethernet": not a field that is known here; did you mean master?; ipam.subnett 1: not a field that is known here; did you mean subnet?`
	if got := warnings.Error(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestRememberedObjectsAreBounded: beyond the limit, unknown fields get no warning; an object within it keeps its own.
func TestRememberedObjectsAreBounded(t *testing.T) {
	var r Report
	root := r.Read(decoded(t, `{"list":[`+strings.Repeat(`{"subnett":1,"gatewai":2},`, maxAsked+9)+`{}]}`))
	items := root.Get("list").Items() // the root is the first object that is remembered
	for _, item := range items {
		item.Get("subnet")
	}
	items[0].Get("gateway")
	items[maxAsked].Get("gateway")
	r.NearMisses()
	_, warnings := r.Sorted()
	want := maxAsked - 1 + 1 - maxFindings
	if last := warnings[len(warnings)-1].Message; last != fmt.Sprintf("and %d more", want) {
		t.Errorf("%d warnings and %q, want %d", len(warnings)-1, last, want)
	}
}
