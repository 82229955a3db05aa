package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// moreRows are further attacks.
var moreRows = []row{
	{"more.1 container IDs that begin like another one", similarIDs},
	{"more.2 a container ID of 1,000 characters", longID},
	{"more.3 two interfaces of one pod", twoInterfaces},
	{"more.4 one pod on two networks", twoNetworks},
	{"more.5 DEL with the namespace of another pod, or with none that exists", foreignNamespace},
	{"more.6 ADD into the namespace of another pod", sharedNamespace},
	{"more.7 a namespace that is no GUID", namespaceIsNoGUID},
	{"more.8 stdin that is empty, endless in depth, or no JSON", oddStdin},
	{"more.9 network names that lead out of a directory", traversal},
	{"more.10 network names that differ in case", caseOfNames},
	{"more.11 a dataDir that is a file", dataDirIsFile},
	{"more.12 what an operator deletes under a pod", deletedUnderPod},
	{"more.13 eight DELs of one pod at once", manyDELs},
	{"more.14 every CNI version, and one that there is not", versionsOfCNI},
	{"more.15 lists of valid attachments that are none", oddAttachments},
	{"more.16 GC of one network leaves the others", gcOfOneNetwork},
	{"more.17 a reservation that the last boot left for the same container", oldReservation},
	{"more.18 one front end on two networks", sharedFrontEnd},
	{"more.19 STATUS and CHECK with an IPAM plugin that hangs in ADD only", ipamOfOtherVerbs},
	{"more.20 CNI_ARGS that are none", oddArgs},
	{"more.21 DEL while ADD of the same pod hangs in HNS", delWhileAddHangs},
	{"more.22 repeated ADD with another configuration", addWithOtherConf},
}

func similarIDs(a *attack) {
	c := a.bridge("podnet", 3)
	ids := []string{"web", "web-1", "web.1", "web1", "we"}
	var pods []pod
	for _, id := range ids {
		pods = append(pods, a.attached(id, c))
	}
	for i, p := range pods {
		a.expect(start{command: "DEL", pod: p, conf: c}, 0)
		for _, other := range pods[i+1:] {
			a.isAlive(other, c)
		}
	}
	a.nothingLeft()
}

func longID(a *attack) {
	for _, c := range []conf{a.bridge("podnet", 3), a.nat()} {
		p := a.pod(strings.Repeat("a1", 500))
		a.run(start{command: "ADD", pod: p, conf: c})
		a.del(p, c)
	}
	a.nothingLeft()
}

func twoInterfaces(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	a.expect(start{command: "ADD", pod: p, conf: c, ifName: "net1"}, 0)
	a.expect(start{command: "DEL", pod: p, conf: c, ifName: "net1"}, 0)
	a.isAlive(p, c)
	a.expect(start{command: "ADD", pod: p, conf: c, ifName: "net1"}, 0)
	a.expect(start{command: "DEL", pod: p, conf: c}, 0)
	if n := len(a.state().Endpoints); n != 1 {
		a.add(lost, "DEL of eth0 leaves %d endpoints, want the one of net1", n)
	}
	a.expect(start{command: "DEL", pod: p, conf: c, ifName: "net1"}, 0)
	a.nothingLeft()
}

func twoNetworks(a *attack) {
	first, second := a.bridge("one", 3), a.bridge("two", 4)
	p := a.attached("", first)
	a.expect(start{command: "ADD", pod: p, conf: second, ifName: "eth0"}, 0)
	a.isAlive(p, first)
	a.expect(start{command: "DEL", pod: p, conf: second}, 0)
	a.isAlive(p, first)
	a.expect(start{command: "DEL", pod: p, conf: first}, 0)
	a.nothingLeft()
}

func foreignNamespace(a *attack) {
	c := a.bridge("podnet", 3)
	victim := a.attached("victim", c)
	for _, netns := range []string{victim.netns, "", "garbage", "00000000-0000-0000-0000-000000000000", `C:\pod`} {
		p := a.attached("", c)
		p.netns = netns
		a.del(p, c)
		a.isAlive(victim, c)
	}
}

func sharedNamespace(a *attack) {
	c := a.bridge("podnet", 3)
	victim := a.attached("victim", c)
	guest := pod{"guest", victim.netns}
	a.run(start{command: "ADD", pod: guest, conf: c})
	a.isAlive(victim, c)
	a.del(guest, c)
	a.isAlive(victim, c)
}

func namespaceIsNoGUID(a *attack) {
	c := a.bridge("podnet", 3)
	for i, netns := range []string{"garbage", "/var/run/netns/x", strings.Repeat("f", 5000), "00000000-0000-0000-0000-000000000000"} {
		p := pod{fmt.Sprintf("pod%d", i), netns}
		if r := a.run(start{command: "ADD", pod: p, conf: c}); r.ok() {
			a.add(wrong, "ADD into namespace %s: %v", firstLines(netns), r)
		}
		a.isGone(p)
	}
}

func oddStdin(a *attack) {
	c := a.bridge("podnet", 3)
	victim := a.attached("victim", c)
	deep := strings.Repeat("[", 200_000)
	for _, stdin := range []string{
		" ", "null", "[]", `"x"`, "{", deep, `{"cniVersion":"1.1.0","name":"podnet","type":"sdnbridge","x":` + deep,
		`{"cniVersion":"1.1.0","name":"podnet","type":"sdnbridge","ipam":` + strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000) + "}",
		strings.Repeat("\x00", 1<<20), "\xef\xbb\xbf{}", "{}" + string(c.bytes()), string(c.bytes()) + string(c.bytes()),
	} {
		for _, command := range []string{"ADD", "DEL", "CHECK", "GC", "STATUS"} {
			p := a.pod("")
			if r := a.run(start{command: command, pod: p, conf: c, stdin: []byte(stdin)}); r.ok() && command != "DEL" {
				a.add(wrong, "%s with stdin %s succeeded", command, firstLines(stdin[:min(len(stdin), 80)]))
			}
		}
	}
	a.isAlive(victim, c)
}

func traversal(a *attack) {
	for _, name := range []string{"../../outside", "..", ".", "a/b", `a\b`, "con", "nul.txt", strings.Repeat("n", 300)} {
		c := a.bridge(name, 3)
		p := a.pod("")
		a.run(start{command: "ADD", pod: p, conf: c})
		a.run(start{command: "DEL", pod: p, conf: c})
		a.isGone(p)
	}
	for _, file := range []string{filepath.Join(a.dir, "outside"), filepath.Join(a.dir, "..", "outside")} {
		if _, err := os.Stat(file); err == nil {
			a.add(wrong, "a network's name made %s", file)
		}
	}
}

func caseOfNames(a *attack) {
	lower, upper := a.bridge("podnet", 3), a.bridge("PodNet", 4)
	one, other := a.attached("one", lower), a.attached("one", upper)
	a.isAlive(one, lower)
	a.isAlive(other, upper)
	a.expect(start{command: "DEL", pod: other, conf: upper}, 0)
	a.isAlive(one, lower)
	a.del(one, lower)
	a.nothingLeft()
}

func dataDirIsFile(a *attack) {
	file := filepath.Join(a.dir, "file")
	a.must(os.WriteFile(file, []byte("precious"), 0o600))
	for _, inProcess := range []bool{false, true} {
		c := a.bridge("podnet", 3).withIPAM(conf{"dataDir": file, "inProcess": inProcess})
		p := a.pod("")
		if r := a.run(start{command: "ADD", pod: p, conf: c}); r.ok() {
			a.add(wrong, "ADD with a file as dataDir: %v", r)
		}
		a.run(start{command: "DEL", pod: p, conf: c})
		a.isGone(p)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "precious" {
		a.add(wrong, "the file at dataDir holds %q (%v)", text, err)
	}
}

func deletedUnderPod(a *attack) {
	c := a.bridge("podnet", 3).behind("10.96.0.10")
	svc, ctx := a.host.Service(), context.Background()
	for _, what := range []string{"endpoint", "namespace", "load balancer", "network"} {
		neighbour, p := a.attached("", c), a.attached("", c)
		s := a.state()
		switch what {
		case "endpoint":
			a.must(svc.DeleteEndpoint(ctx, s.of(p, "podnet")[0].ID))
		case "namespace":
			a.must(svc.Detach(ctx, p.netns, s.of(p, "podnet")[0].ID))
			a.must(svc.DeleteNamespace(ctx, p.netns))
		case "load balancer":
			a.must(svc.DeleteLoadBalancer(ctx, s.LoadBalancers[0].ID))
		case "network":
			for _, lb := range s.LoadBalancers {
				a.must(svc.DeleteLoadBalancer(ctx, lb.ID))
			}
			for _, e := range s.Endpoints {
				a.must(svc.DeleteEndpoint(ctx, e.ID))
			}
			a.must(svc.DeleteNetwork(ctx, s.Networks[0].ID))
		}
		a.del(p, c)
		a.del(neighbour, c)
		a.nothingLeft()
	}
}

func manyDELs(a *attack) {
	for range a.rounds {
		c := a.bridge("podnet", 3).behind("10.96.0.10")
		neighbour, p := a.attached("", c), a.attached("", c)
		del := start{command: "DEL", pod: p, conf: c}
		for _, r := range a.atOnce(del, del, del, del, del, del, del, del) {
			if !r.ok() {
				a.add(wrong, "one of eight DELs: %v", r)
			}
		}
		a.isGone(p)
		a.isAlive(neighbour, c)
		a.del(neighbour, c)
	}
}

func versionsOfCNI(a *attack) {
	for _, version := range []string{"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"} {
		c := a.bridge("podnet", 3).with(conf{"cniVersion": version})
		p := a.attached("", c)
		a.isAlive(p, c)
		a.del(p, a.bridge("podnet", 3))
	}
	for _, version := range []string{"9.9.9", "1", "", "x", "1.1.0-beta"} {
		p := a.pod("")
		a.run(start{command: "ADD", pod: p, conf: a.bridge("podnet", 3).with(conf{"cniVersion": version})})
		a.run(start{command: "DEL", pod: p, conf: a.bridge("podnet", 3)})
		a.isGone(p)
	}
	a.nothingLeft()
}

func oddAttachments(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	for _, list := range []any{ // except null, which libcni writes for an empty list
		conf{}, "x", 5, []any{nil}, []any{conf{}}, []any{conf{"containerID": 5}}, []any{conf{"containerID": p.id}},
		[]any{conf{"containerID": p.id, "ifname": nil}}, []any{conf{"ifname": "eth0"}}, []any{conf{"containerID": ""}},
	} {
		r := a.run(start{command: "GC", conf: c.with(conf{"cni.dev/valid-attachments": list})})
		if why := a.state().alive(p, c, true); why != "" {
			a.add(lost, "GC with the attachments %v (%v): %s", list, r, why)
			return
		}
	}
	a.expect(start{command: "GC", conf: c}, 7)
	a.isAlive(p, c)
}

func gcOfOneNetwork(a *attack) {
	one, two := a.bridge("one", 3).behind("10.96.0.10"), a.bridge("two", 4).behind("10.96.0.20")
	p, q := a.attached("", one), a.attached("", two)
	a.expect(start{command: "GC", conf: one.valid()}, 0)
	a.isGone(p)
	a.isAlive(q, two)
	a.expect(start{command: "GC", conf: two.valid()}, 0)
	a.nothingLeft()
}

func oldReservation(a *attack) {
	for _, inProcess := range []bool{false, true} {
		c := a.bridge("podnet", 3).withIPAM(conf{"inProcess": inProcess})
		a.attached("neighbour", c)
		p := a.pod("")
		a.must(os.WriteFile(filepath.Join(a.store(), "podnet", "10.244.3.77"), []byte(p.id+"\r\neth0"), 0o600))
		a.expect(start{command: "ADD", pod: p, conf: c}, 0)
		a.isAlive(p, c)
		a.del(p, c)
		a.del(pod{id: "neighbour"}, c)
	}
	a.nothingLeft()
}

func sharedFrontEnd(a *attack) {
	one, two := a.bridge("one", 3).behind("10.96.0.10"), a.bridge("two", 4).behind("10.96.0.10")
	p, q := a.attached("", one), a.attached("", two)
	a.isAlive(p, one)
	a.isAlive(q, two)
	a.del(p, one)
	a.isAlive(q, two)
	a.expect(start{command: "GC", conf: one.valid()}, 0)
	a.isAlive(q, two)
	a.del(q, two)
	a.nothingLeft()
}

func ipamOfOtherVerbs(a *attack) {
	_, s := a.fake(a.bridge("podnet", 3), "hang", "")
	a.expect(s.verb("STATUS", pod{}), 0)
	a.expect(s.verb("DEL", a.pod("")), 0)
}

func oddArgs(a *attack) {
	c := a.bridge("podnet", 3)
	for _, args := range []string{";;;", "IP=999.1.1.1", "IP=10.244.3.255", "MAC=zz", "=", "K8S_POD_NAME", strings.Repeat("A=B;", 20_000), "IgnoreUnknown=0;X=Y", "IP=10.99.0.9"} {
		p := a.pod("")
		a.run(start{command: "ADD", pod: p, conf: c, args: args})
		a.run(start{command: "DEL", pod: p, conf: c, args: args})
		a.del(p, c)
	}
	a.nothingLeft()
}

// delWhileAddHangs waits for the reservation, the last thing that ADD does before the call that hangs.
func delWhileAddHangs(a *attack) {
	c := a.bridge("podnet", 3)
	a.attached("neighbour", c)
	p := a.pod("")
	adding := make(chan answer)
	go func() {
		adding <- a.run(start{command: "ADD", pod: p, conf: c.with(conf{"hnsTimeoutSeconds": 20}), env: map[string]string{"HCNEMU_FAULTS": "HcnCreateEndpoint=hang"}})
	}()
	for len(a.state().left(p)) == 0 {
		time.Sleep(20 * time.Millisecond)
		select {
		case r := <-adding:
			a.add(wrong, "ADD whose HNS hangs: %v", r)
			return
		default:
		}
	}
	a.run(start{command: "DEL", pod: p, conf: c.with(conf{"hnsTimeoutSeconds": 1})})
	if r := <-adding; r.code != 11 {
		a.add(wrong, "ADD whose HNS hangs: %v, want code 11", r)
	}
	a.del(p, c)
}

func addWithOtherConf(a *attack) {
	c := a.bridge("podnet", 3)
	p := a.attached("", c)
	for _, other := range []conf{c.behind("10.96.0.10"), a.bridge("podnet", 9), c.with(conf{"ipam": conf{"type": "no-such"}}), c.with(conf{"type": "nat"})} {
		a.run(start{command: "ADD", pod: p, conf: other, plugin: "sdnbridge"})
		a.isAlive(p, c)
	}
	a.del(p, c.behind("10.96.0.10"))
	a.nothingLeft()
}
