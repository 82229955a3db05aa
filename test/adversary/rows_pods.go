package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// podRows are the attacks that once cost live pods their network, and those through the fields that a pod's owner
// controls.
var podRows = []row{
	{"12.1 ADD of a live pod with an unwritable stdout leaves the pod alone", unwritableStdout},
	{"12.1 ADD of a new pod with an unwritable stdout leaves nothing", unwritableStdoutOfNewPod},
	{"12.2 containers and networks whose names join to the same endpoint name", joinedNames},
	{"12.3 one false not-found of a namespace does not cost a live pod its endpoint", falseNotFound},
	{"12.4 GC with the attachments given twice is refused", attachmentsTwice},
	{"12.5 hcnctl gc leaves what an ADD may be making, whatever --grace says", shortGrace},
	{"12.6 ADD with ADD of one attachment", addWithAdd},
	{"12.6 ADD with DEL of one attachment", addWithDel},
	{"12.6 GC with ADD of a pod that it does not know yet", gcWithAdd},
	{"12.6 GC while an ADD waits for its IPAM plugin", gcDuringAdd},
	{"12.18 hostIP of another host", foreignHostIP},
	{"12.18 addresses, gateways, routes and DNS of IPAM that cannot be", impossibleIPAM},
}

func unwritableStdout(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	for _, to := range []string{">/dev/full", ">&-", "| :"} {
		if r := a.run(start{command: "ADD", pod: p, conf: c, launcher: shell(`"$0" ` + to)}); to == ">/dev/full" && r.ok() {
			a.add(wrong, "ADD to %s: %v", to, r)
		}
		a.isAlive(p, c)
	}
	a.del(p, c)
	a.nothingLeft()
}

// shell is a launcher that runs a script with the plugin as $0.
func shell(script string) []string { return []string{"sh", "-c", script} }

func unwritableStdoutOfNewPod(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.pod("")
	a.run(start{command: "ADD", pod: p, conf: c, launcher: shell(`"$0" >/dev/full`)})
	a.isGone(p)
}

func joinedNames(a *attack) {
	first, second := a.bridge("b", 3), a.bridge("a_b", 4)
	one, other := a.attached("web_a", first), a.attached("web", second)
	a.isAlive(one, first)
	a.isAlive(other, second)
	a.expect(start{command: "ADD", pod: other, conf: second}, 0)
	a.isAlive(one, first)
	a.expect(start{command: "DEL", pod: other, conf: second}, 0)
	a.isAlive(one, first)
	a.expect(start{command: "DEL", pod: one, conf: first}, 0)
	a.nothingLeft()
}

func falseNotFound(a *attack) {
	c := a.bridge("podnet", 3)
	victim := a.attached("", c)
	addr := strings.Split(a.state().of(victim, "podnet")[0].IPConfigs[0].IPAddress, "/")[0]
	for _, api := range []string{"HcnEnumerateNamespaces", "HcnOpenNamespace", "HcnQueryNamespaceProperties"} {
		for n := 1; n <= 4; n++ {
			fake, s := a.fake(c, "answer", answerOf(addr+"/24"))
			s.conf = fake
			s.env["HCNEMU_FAULTS"] = fmt.Sprintf("%s#%d=0x80070490", api, n)
			thief := a.pod("")
			if r := a.run(s.verb("ADD", thief)); r.ok() {
				a.add(lost, "with %s: pod %s was given the address of a live pod", s.env["HCNEMU_FAULTS"], thief.id)
			}
			a.isAlive(victim, c)
		}
	}
}

func attachmentsTwice(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	text := string(c.bytes())
	valid := `"cni.dev/valid-attachments": [{"containerID": "` + p.id + `", "ifname": "eth0"}]`
	twice := strings.TrimSuffix(text, "}") + ", " + valid + `, "cni.dev/valid-attachments": []}`
	a.expect(start{command: "GC", conf: c, stdin: []byte(twice)}, 7)
	a.isAlive(p, c)
}

// shortGrace has a new reservation without an endpoint, which is the state of an ADD that is under way. The tool may
// refuse, or wait; here it is given a few seconds.
func shortGrace(a *attack) {
	c := a.bridge("podnet", 3)
	a.attached("neighbour", c)
	dir := filepath.Join(a.store(), "podnet")
	file := filepath.Join(dir, "10.244.3.200")
	a.must(os.WriteFile(file, []byte("newpod\r\neth0"), 0o600))
	confs := filepath.Join(a.dir, "conf")
	a.must(os.MkdirAll(confs, 0o700))
	a.must(os.WriteFile(filepath.Join(confs, "10-podnet.conf"), c.bytes(), 0o600))
	script := fmt.Sprintf(`"$0" gc --yes --grace 0s --conf-dir '%s' --bin-dir '%s' --data-dir '%s' >&2`, confs, a.bin.Dir, a.store())
	a.run(start{plugin: "hcnctl", command: "", launcher: shell(script), within: 5 * time.Second})
	if _, err := os.Stat(file); err != nil {
		a.add(lost, "gc released an address that an ADD had just reserved: %v", err)
	}
}

// valid returns a configuration for GC with these attachments.
func (c conf) valid(pods ...pod) conf {
	list := []any{}
	for _, p := range pods {
		list = append(list, conf{"containerID": p.id, "ifname": "eth0"})
	}
	return c.with(conf{"cni.dev/valid-attachments": list, "cni.dev/attachments": list}) // as libcni does
}

func foreignHostIP(a *attack) {
	for _, c := range []conf{a.bridge("podnet", 3), a.nat()} {
		for _, ip := range []string{"10.96.0.10", "169.254.169.254", "8.8.8.8", "224.0.0.1", "127.0.0.1"} {
			p := a.pod("")
			with := c.with(conf{"runtimeConfig": conf{"portMappings": []any{conf{"hostPort": 8080, "containerPort": 80, "protocol": "tcp", "hostIP": ip}}}})
			if r := a.run(start{command: "ADD", pod: p, conf: with}); r.ok() {
				a.add(wrong, "%s: hostIP %s was accepted", c["type"], ip)
				a.del(p, c)
			}
			a.isGone(p)
		}
	}
}

func impossibleIPAM(a *attack) {
	rows := map[string]string{
		"gateway outside":   `{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.9/24","gateway":"10.99.0.1"}]}`,
		"multicast":         `{"cniVersion":"1.1.0","ips":[{"address":"224.0.0.9/24"}]}`,
		"broadcast":         `{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.255/24"}]}`,
		"network address":   `{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.0/24"}]}`,
		"unspecified":       `{"cniVersion":"1.1.0","ips":[{"address":"0.0.0.0/24"}]}`,
		"prefix 0":          `{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.9/0"}]}`,
		"prefix 8":          `{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.9/8"}]}`,
		"route over IPv6":   `{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.9/24"}],"routes":[{"dst":"10.0.0.0/8","gw":"fd00::1"}]}`,
		"DNS is no address": `{"cniVersion":"1.1.0","ips":[{"address":"10.244.3.9/24"}],"dns":{"nameservers":["dns.example"]}}`,
	}
	c := a.bridge("podnet", 3)
	for name, says := range rows {
		p := a.pod("")
		_, s := a.fake(c, "answer", says)
		if r := a.run(s.verb("ADD", p)); r.ok() {
			a.add(wrong, "%s: ADD succeeded", name)
			continue
		}
		a.isGone(p)
		if a.lastCall() != "DEL" {
			a.add(leak, "%s: the IPAM plugin was not told to release the address", name)
		}
	}
}

// resultOf parses an ADD's result, for prevResult.
func (a *attack) resultOf(r answer) json.RawMessage {
	if !json.Valid(r.stdout) {
		a.add(wrong, "the result is no JSON: %q", firstLines(string(r.stdout)))
		return json.RawMessage("null")
	}
	return json.RawMessage(r.stdout)
}
