package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// textRows are the attacks through configurations and on printed text.
var textRows = []row{
	{"12.19 host-local with host bits, and routes with a gateway only", hostBits},
	{"12.20 what is refused is refused before the host is touched", refusedBefore},
	{"12.20 mutated configurations", mutated},
	{"12.21 names of HNS that steer a terminal", steeringNames},
	{"12.21 a log that ends in the middle of a line", tornLog},
}

// hostBits are configurations that host-local rejects: the plugin must reject them before it calls host-local.
func hostBits(a *attack) {
	c := a.bridge("podnet", 3)
	for _, inProcess := range []bool{false, true} {
		for _, ipam := range []conf{{"subnet": "10.244.3.7/24"}, {"routes": []any{conf{"gw": "10.244.3.1"}}}} {
			p := a.pod("")
			a.expect(start{command: "ADD", pod: p, conf: c.withIPAM(ipam).withIPAM(conf{"inProcess": inProcess})}, 7)
			a.del(p, c)
		}
	}
	a.nothingLeft()
}

func refusedBefore(a *attack) {
	long := strings.Repeat("x", 100_000)
	for _, fields := range []conf{
		{"ipam": conf{"type": "no-such-ipam"}}, {"ipam": conf{"type": long}}, {"ipam": conf{"type": "host-local"}},
		{"ipam": conf{"type": "host-local", "subnet": long}}, {"hnsTimeoutSeconds": long}, {"AdditionalArgs": []any{long}},
		{"AdditionalArgs": []any{conf{"Name": "EndpointPolicy", "Value": conf{"Type": "ACL", "Settings": long}}}}, {"dns": long}, {"logLevel": 7},
	} {
		p := a.pod("")
		if r := a.run(start{command: "ADD", pod: p, conf: a.bridge("podnet", 3).with(fields)}); r.ok() {
			a.add(wrong, "ADD with %s succeeded", firstLines(fmt.Sprint(fields)))
		}
		if n := len(a.state().Networks); n != 0 {
			a.add(leak, "a network was created for %s", firstLines(fmt.Sprint(fields)))
		}
	}
	a.nothingLeft()
}

// mutated runs ADD and DEL of separate pods with damaged configurations: whatever the outcome, the neighbour is
// unaffected, and DEL with the intact configuration removes everything.
func mutated(a *attack) {
	random := rand.New(rand.NewPCG(a.seed, 20))
	c := a.bridge("podnet", 3).behind("10.96.0.10")
	neighbour := a.attached("neighbour", c)
	for range a.rounds * 5 {
		p := a.pod("")
		stdin := mutate(random, c.bytes())
		for !bytes.Contains(stdin, []byte(`"dataDir":"`+a.store()+`"`)) { // no other directory of this machine may be touched
			stdin = mutate(random, c.bytes())
		}
		a.run(start{command: "ADD", pod: p, conf: c, stdin: stdin})
		a.run(start{command: "DEL", pod: p, conf: c, stdin: stdin})
		a.del(p, c)
		a.isAlive(neighbour, c)
	}
}

// mutate changes a few bytes or values of a document.
func mutate(random *rand.Rand, text []byte) []byte {
	text = append([]byte(nil), text...)
	for range 1 + random.IntN(3) {
		i := random.IntN(len(text))
		switch random.IntN(4) {
		case 0:
			text[i] = byte(random.IntN(256))
		case 1:
			text = append(text[:i], text[min(i+1+random.IntN(8), len(text)):]...)
		case 2:
			text = append(text[:i:i], append([]byte{`{}[]",:0-e\`[random.IntN(11)]}, text[i:]...)...)
		default:
			text[i] ^= 0x20
		}
		if len(text) == 0 {
			return []byte("{}")
		}
	}
	return text
}

func steeringNames(a *attack) {
	c := a.bridge("podnet", 3)
	a.attached("neighbour", c)
	network := a.state().Networks[0].ID
	name := "evil\x1b]0;title\a\r\n\x1b[2Jpod\u202e\u009b31m_podnet"
	_, err := a.host.Service().CreateEndpoint(context.Background(), &hcnspec.Endpoint{Name: name, Network: network, SchemaVersion: hcnspec.SchemaV2})
	a.must(err)
	for _, args := range []string{"endpoint ls", "network ls", "topology", "topology --format mermaid", "doctor", "gc", "pod ls", "loadbalancer ls"} {
		r := a.run(start{plugin: "hcnctl", launcher: shell(`"$0" ` + args + " 2>&1; exit 0")})
		for _, c := range string(r.stdout) {
			if unicode.IsControl(c) && c != '\n' && c != '\t' || c == '\u202e' {
				a.add(wrong, "hcnctl %s prints %q", args, c)
				break
			}
		}
	}
}

func tornLog(a *attack) {
	log := filepath.Join(a.hns(), "log", "sdnbridge.log")
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	text, err := os.ReadFile(log)
	a.must(err)
	a.must(os.WriteFile(log, append(text, `{"time":"2026-01-01T00:00:00Z","level":"INFO","ms`...), 0o600))
	a.del(p, c)
	text, err = os.ReadFile(log)
	a.must(err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if last := lines[len(lines)-1]; !json.Valid([]byte(last)) {
		a.add(wrong, "the line after a torn one is glued to it: %q", last)
	}
}
