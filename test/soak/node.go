package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// hostProfile is a node with one adapter below the version that modifies load balancers in place, which
// is the harder case.
const hostProfile = `{"version": "13.3", "adapters": [{"name": "Ethernet", "mac": "00:15:5d:7f:00:0a",
	"addresses": ["10.127.0.10/24"], "gateway": "10.127.0.1"}]}`

// node is an emulated node.
type node struct {
	dir  string
	bin  harness.Bin
	host *hcnemu.Host
	seed string // of HNS's choices
}

func (s *soak) newNode(name string) (*node, error) {
	n := &node{dir: filepath.Join(s.dir, name), bin: s.bin, seed: strconv.FormatUint(s.seed, 10)}
	var err error
	n.host, err = hcnemu.Open(hcnemu.Settings{Dir: n.hnsDir(), HostProfile: hostProfile, Seed: n.seed})
	return n, err
}

func (n *node) hnsDir() string   { return filepath.Join(n.dir, "hns") }
func (n *node) storeDir() string { return filepath.Join(n.dir, "host-local") }

// pod is a sandbox between ADD and DEL.
type pod struct {
	id        string
	namespace string
	network   *network
	number    int
}

func (n *node) newPod(net *network, number int) (*pod, error) {
	ns, err := n.host.Service().CreateNamespace(context.Background(),
		&hcnspec.Namespace{Type: hcnspec.NamespaceHost, SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		return nil, fmt.Errorf("namespace of pod %d: %w", number, err)
	}
	return &pod{id: fmt.Sprintf("pod-%05d", number), namespace: ns.ID, network: net, number: number}, nil
}

func (n *node) remove(p *pod) error {
	return n.host.Service().DeleteNamespace(context.Background(), p.namespace)
}

// reply is a plugin's answer.
type reply struct {
	harness.Outcome
	code  uint // of the CNI error; 0 if there is none
	msg   string
	addrs []netip.Addr // of the result of ADD
}

func (r reply) ok() bool { return r.Exit == 0 }

// patience is hnsTimeoutSeconds where nothing hangs.
const patience = 120

// hardLimit is the time after which a plugin that does not end is killed.
const hardLimit = 5 * time.Minute

// run starts the network's plugin for a pod, through a launcher if there is one.
func (n *node) run(command string, p *pod, timeout int, faults string, launcher ...string) (reply, error) {
	stdin, err := json.Marshal(p.network.conf(n, p, timeout))
	if err != nil {
		return reply{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), hardLimit)
	defer cancel()
	o, err := n.bin.Run(ctx, harness.Verb{
		Plugin: p.network.plugin, Command: command, ContainerID: p.id, Netns: p.namespace, IfName: "eth0", Stdin: stdin,
		Args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=soak;K8S_POD_NAME=" + p.id,
		Env: []string{"HCNEMU_DIR=" + n.hnsDir(), "HCNEMU_HOST=" + hostProfile, "HCNEMU_LATENCY=", "HCNEMU_FAULTS=" + faults,
			"HCNEMU_SEED=" + n.seed},
		Launcher: launcher,
	})
	if err != nil {
		return reply{}, fmt.Errorf("%s of %s: %w", command, p.id, err)
	}
	return readReply(command, o), nil
}

// readReply reads stdout. An invalid result or error shows as a failure without a code.
func readReply(command string, o harness.Outcome) reply {
	r := reply{Outcome: o}
	if o.Exit != 0 {
		var e struct {
			Code         uint
			Msg, Details string
		}
		if json.Unmarshal(o.Stdout, &e) == nil {
			r.code, r.msg = e.Code, e.Msg+" "+e.Details
		}
		return r
	}
	if command != "ADD" {
		return r
	}
	var result struct {
		IPs []struct{ Address string }
	}
	if err := json.Unmarshal(o.Stdout, &result); err != nil {
		r.msg = err.Error()
	}
	for _, ip := range result.IPs {
		if prefix, err := netip.ParsePrefix(ip.Address); err == nil {
			r.addrs = append(r.addrs, prefix.Addr())
		}
	}
	return r
}

// rest lists what a node without pods must not have.
func (n *node) rest() ([]string, error) {
	ctx, svc := context.Background(), n.host.Service()
	endpoints, errEndpoints := svc.Endpoints(ctx)
	namespaces, errNamespaces := svc.Namespaces(ctx)
	lbs, errLBs := svc.LoadBalancers(ctx)
	reserved, errReserved := reservations(n.storeDir())
	notes, errNotes := filepath.Glob(filepath.Join(n.hnsDir(), "replacement", "*"))
	var rest []string
	for _, e := range endpoints {
		rest = append(rest, "endpoint "+e.Name)
	}
	for _, ns := range namespaces {
		if ns.Type != hcnspec.NamespaceHostDefault { // the node's own
			rest = append(rest, "namespace "+ns.ID)
		}
	}
	for _, lb := range lbs {
		rest = append(rest, fmt.Sprintf("load balancer %v of %d", lb.FrontendVIPs, len(lb.Endpoints)))
	}
	for _, file := range append(reserved, notes...) {
		rest = append(rest, "file "+file)
	}
	return rest, errors.Join(errEndpoints, errNamespaces, errLBs, errReserved, errNotes)
}

// reservations lists host-local's files of addresses.
func reservations(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock" || strings.HasPrefix(d.Name(), "last_reserved_ip") {
			return err
		}
		files = append(files, file)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return files, err
}

// heldLocks returns the lock files of the node that are still held.
func (n *node) heldLocks() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(n.hnsDir(), "lock", "*"))
	if err != nil {
		return nil, err
	}
	stores, err := filepath.Glob(filepath.Join(n.storeDir(), "*", "lock"))
	var held []string
	for _, file := range append(append(files, stores...), filepath.Join(n.hnsDir(), "hns.lock")) {
		if _, errStat := os.Stat(file); errStat != nil {
			continue
		}
		lock := flock.New(file)
		free, errLock := lock.TryLock()
		if !free {
			held = append(held, file)
		}
		err = errors.Join(err, errLock, lock.Close())
	}
	return held, err
}
