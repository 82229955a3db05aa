package main

import (
	"context"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

var stories = []story{
	{name: "delete-twice", tell: func(w *teller) {
		w.must("DEL", w.pod, start{})
		w.expect("after DEL", w.alone)
		w.must("DEL", w.pod, start{})
		w.must("DEL", w.pod, start{noNetns: true})
		w.expect("after three DELs", w.alone)
		w.must("DEL", w.neighbour, start{})
		w.nothingOf("after all DELs", w.neighbour)
	}},
	{name: "delete-unknown", tell: func(w *teller) {
		stranger := w.newPod("stranger", 7001)
		with := w.read()
		w.must("DEL", stranger, start{})
		w.must("DEL", stranger, start{noNetns: true})
		w.expect("after DEL of a pod that never was", with)
	}},
	{name: "add-twice", tell: func(w *teller) {
		first := string(w.pod.Result)
		w.must("ADD", w.pod, start{})
		w.expect("after the second ADD", w.both)
		if second := string(w.pod.Result); second != first {
			w.wrong("the second ADD says %s, the first said %s", second, first)
		}
	}},
	{name: "reboot", tell: tellReboot},
	{name: "reboot-keeps-addresses", habit: "rebootKeepsAddresses", tell: tellReboot},
	{name: "restart-drops-endpoints", habit: "restartDropsEndpoints", tell: tellRestart},
	{name: "reboot-gc", hostLocalOnly: true, tell: func(w *teller) {
		w.check(w.host.Reboot())
		w.must("GC", w.pod, start{more: map[string]any{"cni.dev/valid-attachments": []any{}}})
		w.nothingOf("after GC", w.pod)
		w.nothingOf("after GC", w.neighbour)
	}},
	{name: "namespace-gone", tell: func(w *teller) {
		w.deleteNamespace(w.pod)
		w.must("DEL", w.pod, start{})
		w.nothingOf("after DEL", w.pod)
	}},
	{name: "endpoint-gone", tell: func(w *teller) {
		w.deleteEndpoint(w.pod)
		w.refused("CHECK", w.pod, start{more: map[string]any{"prevResult": rawJSON(w.pod.Result)}}, difference)
		w.must("DEL", w.pod, start{})
		w.nothingOf("after DEL", w.pod)
	}},
	{name: "last-endpoint-gone", lbOnly: true, tell: func(w *teller) {
		w.must("DEL", w.neighbour, start{})
		w.deleteEndpoint(w.pod)
		w.must("DEL", w.pod, start{})
		w.nothingOf("after DEL", w.pod)
	}},
	{name: "network-gone", tell: func(w *teller) {
		w.deleteEndpoint(w.pod)
		w.deleteEndpoint(w.neighbour)
		w.must("DEL", w.neighbour, start{})
		w.deleteNetwork()
		w.refused("CHECK", w.pod, start{more: map[string]any{"prevResult": rawJSON(w.pod.Result)}}, difference)
		w.must("DEL", w.pod, start{})
		w.nothingOf("after DEL", w.pod)
		w.must("ADD", w.pod, start{})
	}},
	{name: "hns-down", slow: true, tell: tellDown},
	{name: "alive-elsewhere", tell: func(w *teller) {
		before := w.read()
		impostor := *w.pod
		impostor.Namespace = w.newPod("other", 0).Namespace
		if w.err == nil {
			w.refused("ADD", &impostor, start{}, 102)
		}
		w.check(w.host.Service().DeleteNamespace(context.Background(), impostor.Namespace))
		w.expect("after the refused ADD", before)
	}},
	{name: "orphan-of-the-name", tell: func(w *teller) {
		w.must("DEL", w.pod, start{})
		w.plant(hcnspec.Endpoint{Name: w.pod.endpoint()}, "")
		w.must("ADD", w.pod, start{})
		w.must("DEL", w.pod, start{})
		w.expect("after ADD over an orphan, and DEL", w.alone)
	}},
	{name: "address-held-by-the-dead", hostLocalOnly: true, tell: func(w *teller) { tellHeld(w, false) }},
	{name: "address-held-by-the-living", hostLocalOnly: true, tell: func(w *teller) { tellHeld(w, true) }},
	{name: "many-at-once", tell: tellMany},
	{name: "beside-a-hang-in-create-network", slow: true, tell: func(w *teller) {
		w.must("DEL", w.pod, start{})
		w.must("DEL", w.neighbour, start{})
		w.deleteNetwork()
		w.beside("HcnCreateNetwork=hang", w.read(), "HcnEnumerateNetworks", 2)
	}},
	{name: "beside-a-hang-in-the-load-balancer", lbOnly: true, slow: true, tell: func(w *teller) {
		w.must("DEL", w.pod, start{})
		w.beside("HcnEnumerateLoadBalancers=hang", w.alone, "HcnModifyNamespace", 1)
	}},
}

// tellReboot: after a reboot containerd deletes the pods it finds, without CNI_NETNS, and starts them again.
func tellReboot(w *teller) {
	w.check(w.host.Reboot())
	w.must("DEL", w.pod, start{noNetns: true})
	w.must("DEL", w.neighbour, start{})
	w.nothingOf("after DEL", w.pod)
	w.nothingOf("after DEL", w.neighbour)
	again := w.newPod("pod", 9001)
	before := w.read()
	w.must("ADD", again, start{})
	w.must("CHECK", again, start{more: map[string]any{"prevResult": rawJSON(again.Result)}})
	w.must("DEL", again, start{})
	if after := w.read(); after.withoutNetworks() != before.withoutNetworks() {
		w.leak("after a reboot, ADD and DEL:\n%s", changed(before, after))
	}
}

// tellRestart: an HNS that loses its endpoints in a restart (calico#5164) cuts off the pods. CHECK reports it, DEL
// releases their addresses, and new pods start.
func tellRestart(w *teller) {
	w.check(w.host.Stop())
	w.check(w.host.Start())
	w.refused("CHECK", w.pod, start{more: map[string]any{"prevResult": rawJSON(w.pod.Result)}}, difference)
	w.must("DEL", w.pod, start{})
	w.must("DEL", w.neighbour, start{})
	w.nothingOf("after DEL", w.pod)
	w.nothingOf("after DEL", w.neighbour)
	again := w.newPod("again", 9001)
	before := w.read()
	w.must("ADD", again, start{})
	w.must("CHECK", again, start{more: map[string]any{"prevResult": rawJSON(again.Result)}})
	w.must("DEL", again, start{})
	w.expect("after a restart, ADD and DEL", before)
}

// tellDown: no verb does anything while HNS is down, and all of them report that.
func tellDown(w *teller) {
	late := w.newPod("late", 7001)
	before := w.read()
	w.check(w.host.Stop())
	valid := map[string]any{"cni.dev/valid-attachments": []any{}}
	w.refused("ADD", late, start{timeout: haste}, tryAgainLater)
	w.refused("DEL", w.pod, start{timeout: haste}, tryAgainLater)
	w.refused("DEL", w.pod, start{timeout: haste, noNetns: true}, tryAgainLater)
	w.refused("CHECK", w.pod, start{timeout: haste, more: map[string]any{"prevResult": rawJSON(w.pod.Result)}}, tryAgainLater)
	w.refused("GC", w.pod, start{timeout: haste, more: valid}, tryAgainLater)
	if code, msg := w.verb("STATUS", w.pod, start{timeout: haste}); code != 50 && code != 51 {
		w.wrong("STATUS while HNS is down: code %d %s", code, msg)
	}
	w.check(w.host.Start())
	w.expect("after HNS was down", before)
	w.must("DEL", late, start{})
	w.must("ADD", late, start{})
	w.must("DEL", late, start{})
	w.expect("after ADD and DEL", before)
	w.must("DEL", w.pod, start{})
	w.nothingOf("after DEL", w.pod)
}

// tellHeld: the address that IPAM assigns still belongs to an endpoint, in a deleted or an existing namespace.
func tellHeld(w *teller, alive bool) {
	if w.variant.dualStack {
		return
	}
	third := w.newPod("third", 7001)
	grave := w.newPod("grave", 0)
	w.plant(hcnspec.Endpoint{
		Name: "grave-sandbox_" + network, IPConfigs: []hcnspec.IPConfig{{IPAddress: "10.244.3.4", PrefixLength: 24}},
	}, grave.Namespace)
	if !alive {
		w.deleteNamespace(grave)
		w.must("ADD", third, start{})
		w.must("DEL", third, start{})
		w.nothingOf("after ADD over a dead endpoint, and DEL", grave)
		return
	}
	before := w.read()
	w.refused("ADD", third, start{}, 102)
	w.must("DEL", third, start{})
	w.expect("after a refused ADD and DEL", before)
}

// beside starts a pod whose plugin hangs while holding a lock, and once the plugin has made some calls another pod: the
// lock is released with the call that hangs, so the other plugin gets it.
func (w *teller) beside(faults string, before *state, api string, calls int) {
	other := w.newPod("other", 7001)
	if w.err != nil {
		return
	}
	first := w.callsOf(api)
	var hanging harness.Outcome
	var errHanging error
	over := make(chan struct{})
	go func() {
		defer close(over)
		hanging, errHanging = w.run(w.pod, start{command: "ADD", timeout: 2 * haste, faults: faults})
	}()
	w.await(over, func() bool { return w.callsOf(api) >= first+calls })
	w.must("ADD", other, start{})
	<-over
	if w.check(errHanging); hanging.Exit != 1 {
		w.wrong("the plugin that hangs: exit status %d, expected 1", hanging.Exit)
	}
	w.must("DEL", w.pod, start{})
	w.must("DEL", other, start{})
	w.deleteNamespace(other)
	if after := w.read(); after.withoutNetworks() != before.withoutNetworks() || len(after.Networks) != 1 {
		w.leak("after a hang and its neighbour:\n%s", changed(before, after))
	}
}

// await polls until something has happened, or over is closed.
func (w *teller) await(over <-chan struct{}, happened func() bool) {
	for w.err == nil && !happened() {
		select {
		case <-over:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// callsOf counts the calls of a function in the journal.
func (w *teller) callsOf(api string) int {
	journal, err := w.host.Journal()
	w.check(err)
	n := 0
	for _, c := range journal {
		if c.API == api {
			n++
		}
	}
	return n
}

// tellMany: pods are added and deleted at the same moment, in one load balancer if the variant has one.
func tellMany(w *teller) {
	pods := make([]*pod, 6)
	for i := range pods {
		pods[i] = w.newPod("many"+string(rune('a'+i)), 7001+10*i)
	}
	if w.err != nil {
		return
	}
	before := w.read()
	for _, command := range []string{"ADD", "DEL"} {
		codes := make([]string, len(pods))
		harness.InParallel(len(pods), len(pods), func(i int) {
			o, err := w.run(pods[i], start{command: command, timeout: patience})
			if err != nil || o.Exit != 0 {
				codes[i] = string(o.Stdout)
			}
		})
		for i, msg := range codes {
			if msg != "" {
				w.wrong("%s of %s beside others: %s", command, pods[i].Name, msg)
			}
		}
	}
	w.expect("after all at once", before)
}
