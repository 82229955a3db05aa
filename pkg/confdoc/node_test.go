package confdoc

import (
	"encoding/json"
	"testing"
)

const located = "{\n" +
	"  \"name\": \"pödnet\", \"vlan\": 7,\r\n" +
	"  \"ipam\": {\"routes\": [{\"GW\": \"x\"}, 5]},\n" +
	"\t\"cni.dev/valid-attachments\": [{\"containerID\": \"a\"}],\n" +
	"  \"policies\": [\n" +
	"    {\"Name\": \"EndpointPolicy\", \"Value\": {\"Type\": \"A\", \"Exceptions\": [1, 2]}},\n" +
	"    {\"Type\": \"A\", \"Settings\": {\"x\": 1}}\n" +
	"  ],\n" +
	"  \"twice\": 1, \"Twice\": {\"x\": 2}\n" +
	"}\n"

func TestAt(t *testing.T) {
	tests := []struct {
		path         string
		line, column int
	}{
		{"", 1, 1},
		{"name", 2, 11},
		{"VLAN", 2, 29},
		{"ipam", 3, 11},
		{"ipam.routes[0].gw", 3, 30},
		{"ipam.routes[1]", 3, 36},
		{"cni.dev/valid-attachments[0].containerID", 4, 48},
		{"policies[0].Value.Type", 6, 50},
		{"policies[0].Value.Settings.Exceptions[1]", 6, 73}, // flat
		{"policies[1].Value.Settings.x", 7, 37},             // bare
		{"Twice", 9, 24},
		{"twice.x", 9, 30},
		{"twice", 9, 24}, // the last one counts
		{"nothing", 0, 0},
		{"ipam.routes[2]", 0, 0},
		{"ipam.routes[-1]", 0, 0},
		{"ipam.routes[x]", 0, 0},
		{"ipam.routes[0", 0, 0},
		{"vlan.x", 0, 0},
		{"vlan[0]", 0, 0},
		{"CNI_ARGS:IP", 0, 0},
	}
	root, bad := Decode([]byte(located))
	if bad != nil {
		t.Fatal(bad)
	}
	for _, tt := range tests {
		if got, want := root.At(tt.path).Place(), (Place{tt.line, tt.column}); got != want {
			t.Errorf("%s is at %v, want %v", tt.path, got, want)
		}
	}
}

// TestTreePositions: every value of a document is at its offset.
func TestTreePositions(t *testing.T) {
	root, bad := Decode([]byte(located))
	if bad != nil {
		t.Fatal(bad)
	}
	values := 0
	var walk func(n *Node)
	walk = func(n *Node) {
		values++
		if got := string(n.JSON()); got == "" || !json.Valid([]byte(got)) || got[0] == ' ' {
			t.Errorf("%s is %q", n.Path(), got)
		}
		if again := root.At(n.Path()); n.Path() != "twice" && again != n {
			t.Errorf("%s leads elsewhere", n.Path())
		}
		for _, child := range n.Children() {
			walk(child)
		}
	}
	walk(root)
	if values != 26 {
		t.Errorf("%d values", values)
	}
}
