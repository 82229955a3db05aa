package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// hangRows are the attacks on time, memory and processes.
var hangRows = []row{
	{"12.13 ipam.type names a plugin of this project", ipamIsUs},
	{"12.14 a log file that swallows the result", logToStdout},
	{"12.15 documents with many ports and addresses", longDocuments},
	{"12.15 symbolic links planted in host-local's directory", plantedLink},
	{"12.16 an IPAM plugin that never stops talking", endlessIPAM},
	{"12.17 nulls in IPAM's results", nullsOfIPAM},
	{"12.17 nulls in prevResult", nullsOfPrevResult},
}

func ipamIsUs(a *attack) {
	for _, plugin := range []string{"nat", "sdnbridge", "sdnoverlay", "sdntunnel", "transparent", "sdnbridge.exe"} {
		p := a.pod("")
		if r := a.run(start{command: "ADD", pod: p, conf: a.bridge("podnet", 3).with(conf{"ipam": conf{"type": plugin}})}); r.code != 7 {
			a.add(wrong, "ipam.type %s: %v, want code 7", plugin, r)
		}
		a.isGone(p)
	}
	if n := len(a.state().Networks); n != 0 {
		a.add(leak, "%d networks were created for refused configurations", n)
	}
}

func logToStdout(a *attack) {
	for _, file := range []string{"/dev/stdout", "/proc/self/fd/1", "/dev/full", "/dev/null", a.dir} {
		p := a.pod("")
		c := a.bridge("podnet", 3).with(conf{"logFile": file, "logLevel": "debug"})
		a.resultOf(a.expect(start{command: "ADD", pod: p, conf: c}, 0))
		a.del(p, c)
	}
	a.nothingLeft()
}

// longDocuments: whatever the outcome, each run must end in time, as the watchdog verifies.
func longDocuments(a *attack) {
	ports, addresses := []any{}, []any{}
	for i := range 40_000 {
		ports = append(ports, conf{"hostPort": 1 + i%65000, "containerPort": 80, "protocol": "tcp"})
		addresses = append(addresses, fmt.Sprintf("10.%d.%d.%d/8", i>>16&255, i>>8&255, i&255))
	}
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	for _, long := range []conf{{"runtimeConfig": conf{"portMappings": ports}}, {"runtimeConfig": conf{"ips": addresses}}} {
		if r := a.run(start{command: "ADD", pod: a.pod(""), conf: c.with(long)}); r.code != 7 {
			a.add(wrong, "ADD with a field of 40,000 elements: %v, want code 7", r)
		}
	}
	both := c.with(conf{"runtimeConfig": conf{"portMappings": ports, "ips": addresses}})
	a.del(p, both)
}

func plantedLink(a *attack) {
	for _, name := range []string{"lock", "last_reserved_ip.0", "10.244.3.2"} {
		dir := filepath.Join(a.store(), "podnet")
		a.must(os.MkdirAll(dir, 0o700))
		precious := filepath.Join(a.dir, "precious-"+name)
		a.must(os.WriteFile(precious, []byte("precious"), 0o600))
		link := filepath.Join(dir, name)
		a.must(os.RemoveAll(link))
		a.must(os.Symlink(precious, link))
		c := a.bridge("podnet", 3).withIPAM(conf{"inProcess": true})
		p := a.pod("")
		a.run(start{command: "ADD", pod: p, conf: c})
		if text, err := os.ReadFile(precious); err != nil || string(text) != "precious" {
			a.add(wrong, "a link at host-local's %s: the file behind it now holds %q (%v)", name, text, err)
		}
		a.must(os.RemoveAll(link))
		a.del(p, c)
	}
}

func endlessIPAM(a *attack) {
	_, s := a.fake(a.bridge("podnet", 3), "endless", "")
	p := a.pod("")
	if r := a.run(s.verb("ADD", p)); r.ok() {
		a.add(wrong, "ADD succeeded")
	}
	a.isGone(p)
}

func nullsOfIPAM(a *attack) {
	for _, says := range []string{
		`{"cniVersion":"1.1.0","ips":[null]}`,
		`{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.9/24"}],"routes":[null]}`,
		`{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.9/24"}],"interfaces":[null]}`,
		`{"cniVersion":"1.1.0","ips":[{"address":null}]}`, `{"cniVersion":"1.1.0","ips":null}`, `null`, `[]`, `{}`, ``, `{"cniVersion":null}`,
		`{"cniVersion":"0.2.0","ip4":null}`, `{"cniVersion":"9.9.9","ips":[]}`,
	} {
		p := a.pod("")
		_, s := a.fake(a.bridge("podnet", 3), "answer", says)
		if r := a.run(s.verb("ADD", p)); r.ok() && !strings.Contains(says, "interfaces") {
			a.add(wrong, "IPAM says %s: ADD succeeded", says)
		}
		if a.lastCall() != "DEL" && !strings.Contains(says, "interfaces") {
			a.add(leak, "IPAM says %s: it was not told to release", says)
		}
		a.expect(s.verb("DEL", p), 0)
		a.isGone(p)
	}
}

func nullsOfPrevResult(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	for _, previous := range []string{
		`{"cniVersion":"1.1.0","ips":[null]}`, `{"cniVersion":"1.1.0","routes":[null]}`, `{"cniVersion":"1.1.0","interfaces":[null]}`,
		`{"cniVersion":"1.1.0","interfaces":[{"name":"eth0"}],"ips":[{"address":"10.244.3.9/24","interface":7}]}`, `null`, `[]`, `"x"`, `{}`,
	} {
		stdin := strings.TrimSuffix(string(c.bytes()), "}") + `, "prevResult": ` + previous + "}"
		for _, command := range []string{"CHECK", "ADD", "DEL"} {
			q := p
			if command != "CHECK" {
				q = a.pod("")
			}
			if r := a.run(start{command: command, pod: q, conf: c, stdin: []byte(stdin)}); command == "CHECK" && r.ok() {
				a.add(wrong, "CHECK with prevResult %s succeeded", previous)
			}
			if command == "ADD" {
				a.del(q, c)
			}
		}
	}
	a.isAlive(p, c)
}
