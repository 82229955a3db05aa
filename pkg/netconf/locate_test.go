package netconf

import "testing"

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

func TestLocate(t *testing.T) {
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
	for _, tt := range tests {
		if line, column := Locate([]byte(located), tt.path); line != tt.line || column != tt.column {
			t.Errorf("%s is at %d:%d, want %d:%d", tt.path, line, column, tt.line, tt.column)
		}
	}
	if line, column := Locate([]byte(`{"a":`), "a"); line != 0 || column != 0 {
		t.Errorf("in what is no JSON: %d:%d", line, column)
	}
}

// TestTreePositions: every value of a document stands where its offsets say.
func TestTreePositions(t *testing.T) {
	root, err := decodeTree([]byte(located))
	if err != nil {
		t.Fatal(err)
	}
	values := 0
	root.walk(func(n *node) {
		values++
		if got := located[n.start:n.end]; got != string(n.raw) || got == "" || got[0] == ' ' {
			t.Errorf("%s is %q", n.path(), got)
		}
		if again := root.at(n.path()); n.path() != "twice" && again != n {
			t.Errorf("%s leads elsewhere", n.path())
		}
	})
	if values != 26 {
		t.Errorf("%d values", values)
	}
}
