package attach

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// TestFromDocker runs every example of docs/from-docker.md and looks for the effect of docker's option in the network
// or the pod's endpoint.
func TestFromDocker(t *testing.T) {
	network := map[string][]string{
		"Subnet and gateway": {`"IpAddressPrefix":"10.7.0.0/24"`, `"NextHop":"10.7.0.254"`},
		"VLAN":               {`{"Type":"VLAN","Settings":{"IsolationId":7}}`},
		"DNS":                {`"ServerList":["10.7.0.53","10.7.0.54"]`, `"Domain":"corp.example"`},
		"Interface":          {`"NetworkAdapterName":"Ethernet 2"`},
		"Name":               {`"Name":"cbr0"`},
		"VSID":               {`"10.7.0.0/24","Policies":[{"Type":"VSID","Settings":{"IsolationId":4097}}]`, `"10.8.0.0/24","Policies":[{"Type":"VSID","Settings":{"IsolationId":4098}}]`},
		"Ports":              {},
		"Address":            {},
		"Default":            {`"IpAddressPrefix":"172.`},
	}
	endpoint := map[string][]string{
		"Ports":   {`{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}}`},
		"Address": {`{"IpAddress":"172.20.0.77","PrefixLength":20}`, `"MacAddress":"02-42-AC-14-00-4D"`},
		"DNS":     {`"Search":["demo.corp.example"]`},
	}
	text, err := os.ReadFile("../../docs/from-docker.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)\n## ([^\n]+)\n.*?```json\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(examples) != len(network) {
		t.Fatalf("%d examples, want %d", len(examples), len(network))
	}
	for _, example := range examples {
		t.Run(example[1], func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{HostProfile: twoUplinks})
			conf := strings.ReplaceAll(example[2], `"type": "host-local"`, `"type": "host-local", "dataDir": "DATADIR"`)
			parsed := n.conf("ADD", n.namespace(), conf)
			profile, err := ProfileFor(parsed.Type)
			n.must(err)
			_, err = n.attacher(profile).Add(context.Background(), parsed)
			n.must(err)
			made, err := n.svc.NetworkByName(context.Background(), parsed.Name)
			n.must(err)
			endpoints, err := n.svc.EndpointsByName(context.Background(), "c1_"+parsed.Name)
			n.must(err)
			n.holds(made, network[example[1]])
			n.holds(endpoints, endpoint[example[1]])
		})
	}
}

// holds fails the test unless the JSON of a document has all the texts.
func (n *node) holds(document any, texts []string) {
	n.t.Helper()
	raw, err := json.Marshal(document)
	n.must(err)
	for _, text := range texts {
		if !strings.Contains(string(raw), text) {
			n.t.Errorf("no %s in %s", text, raw)
		}
	}
}
