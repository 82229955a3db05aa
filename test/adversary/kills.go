package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// workersOfNode is the number of concurrent processes on each of two nodes: below HNS 15.5 a load balancer is deleted
// and recreated, above it is modified in place.
const workersOfNode = 4

var versions = []string{"13.3", "16.0"}

// killAtRandom kills verbs at random moments until the target is reached, and returns their number.
func (m *machine) killAtRandom(total *findings) (int, error) {
	if m.kills == 0 {
		return 0, nil
	}
	run := &killing{target: int64(m.kills), progress: harness.NewProgress()}
	run.progress.Begin("kills", m.kills)
	var wg sync.WaitGroup
	for i, version := range versions {
		wg.Go(func() {
			a := &attack{machine: m, row: "kills on HNS " + version, found: total, dir: filepath.Join(m.dir, "kills-"+version), env: map[string]string{}}
			defer func() {
				if p := recover(); p != nil && p != any(stopped{}) {
					panic(p)
				}
			}()
			a.must(os.MkdirAll(a.dir, 0o700))
			a.open(`{"version": "` + version + `", "adapters": [
				{"name": "Ethernet", "mac": "00:15:5d:7f:00:0a", "addresses": ["10.127.0.10/24"], "gateway": "10.127.0.1"},
				{"name": "Ethernet 2", "mac": "00:15:5d:7f:00:0b", "addresses": ["10.128.0.10/24"], "gateway": "10.128.0.1"}]}`)
			run.onNode(a, m.seed+uint64(i))
		})
	}
	wg.Wait()
	run.progress.End()
	return int(run.killed.Load()), nil
}

// killing is the run of random kills, on all nodes.
type killing struct {
	target   int64 // the number of processes to kill
	killed   atomic.Int64
	progress *harness.Progress
}

// wants reports whether more processes must be killed.
func (k *killing) wants() bool { return k.killed.Load() < k.target }

// field is one node of the run.
type field struct {
	*killing
	*attack
	confs []conf
	// running is held shared by each process, and exclusively by a census of the whole node.
	running sync.RWMutex
	// known is held for writing by GC, whose list must have every pod that an ADD was begun for.
	known sync.RWMutex
	mu    sync.Mutex
	pods  map[string]*tenant
	took  map[string]time.Duration // the longest time of a verb that was not killed
}

// tenant is a pod, its network, and the result of its ADD.
type tenant struct {
	pod
	conf   conf
	result json.RawMessage // nil before ADD has succeeded, and once DEL has begun
}

// censusEvery is the number of turns between two censuses of the whole node.
const censusEvery = 20

func (k *killing) onNode(a *attack, seed uint64) {
	f := &field{killing: k, attack: a, pods: map[string]*tenant{}, took: map[string]time.Duration{}}
	f.confs = []conf{a.nat(), a.bridge("podnet", 3).behind("10.96.0.10"), a.bridge("l2", 4), a.overlay().behind("10.96.0.20")}
	var wg sync.WaitGroup
	for w := range workersOfNode {
		random := rand.New(rand.NewPCG(seed, uint64(w)))
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil && p != any(stopped{}) {
					panic(p)
				}
			}()
			var mine []*tenant
			for lives := 1; f.wants(); lives++ {
				mine = f.live(random, mine)
				if lives%censusEvery == 0 {
					f.census()
				}
			}
			for _, t := range mine {
				f.remove(random, t)
			}
		})
	}
	wg.Wait()
	f.census()
	a.nothingLeft()
}

// maxPods is the number of pods that a worker keeps.
const maxPods = 3

// live is a turn of a worker: it adds a pod, disturbs a living one, and removes one if there are enough.
func (f *field) live(random *rand.Rand, mine []*tenant) []*tenant {
	t := f.begin(f.confs[random.IntN(len(f.confs))])
	if r := f.perhapsKill(random, f.startOf("ADD", t)); r.ok() {
		f.hasResult(t, f.resultOf(r))
		mine = append(mine, t)
	} else {
		if !r.killed {
			f.add(wrong, "ADD of %s on %s: %v", t.id, t.conf.name(), r)
		}
		f.remove(random, t)
	}
	if len(mine) == 0 {
		return mine
	}
	f.disturb(random, mine[random.IntN(len(mine))])
	if len(mine) > maxPods {
		oldest := mine[0]
		if why := f.state().alive(oldest.pod, oldest.conf, false); why != "" {
			f.add(lost, "%s", why)
		}
		f.remove(random, oldest)
		mine = mine[1:]
	}
	return mine
}

// disturb runs verbs that must not affect a living pod's network.
func (f *field) disturb(random *rand.Rand, t *tenant) {
	switch random.IntN(4) {
	case 0:
		check := f.startOf("CHECK", t)
		check.conf = t.conf.with(conf{"prevResult": t.result})
		// A process that was killed while it replaced a load balancer leaves it missing until the next process uses it.
		if r := f.perhapsKill(random, check); !r.ok() && !r.killed && !strings.Contains(r.msg, "load balancer") {
			f.add(lost, "CHECK of %s on %s: %v", t.id, t.conf.name(), r)
		}
	case 1:
		if r := f.perhapsKill(random, f.startOf("ADD", t)); !r.ok() && !r.killed {
			f.add(wrong, "a second ADD of %s on %s: %v", t.id, t.conf.name(), r)
		}
	case 2:
		f.census() // before GC clears up what a kill left
		f.known.Lock()
		defer f.known.Unlock()
		gc := start{command: "GC", conf: t.conf.valid(f.of(t.conf)...)}
		if r := f.perhapsKill(random, gc); !r.ok() && !r.killed {
			f.add(wrong, "GC of %s: %v", t.conf.name(), r)
		}
	default:
		if r := f.perhapsKill(random, start{command: "STATUS", conf: t.conf}); !r.ok() && !r.killed {
			f.add(wrong, "STATUS of %s: %v", t.conf.name(), r)
		}
	}
}

func (f *field) startOf(command string, t *tenant) start {
	return start{command: command, pod: t.pod, conf: t.conf}
}

// begin creates a pod and adds it to GC's list.
func (f *field) begin(c conf) *tenant {
	f.known.RLock()
	defer f.known.RUnlock()
	t := &tenant{pod: f.pod(""), conf: c}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pods[t.id] = t
	return t
}

func (f *field) hasResult(t *tenant, result json.RawMessage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t.result = result
}

// of returns the pods of a network.
func (f *field) of(c conf) []pod {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []pod
	for _, t := range f.pods {
		if t.conf.name() == c.name() {
			all = append(all, t.pod)
		}
	}
	return all
}

// killedDELs is the number of times that a pod's DEL may be killed; the next one runs to its end.
const killedDELs = 3

// remove does what containerd does: DEL until it succeeds, then the namespace.
func (f *field) remove(random *rand.Rand, t *tenant) {
	f.hasResult(t, nil)
	for try := 1; ; try++ {
		del := f.startOf("DEL", t)
		var r answer
		if try <= killedDELs {
			r = f.perhapsKill(random, del)
		} else {
			r = f.process(del)
		}
		if r.ok() {
			break
		}
		if !r.killed {
			f.add(wrong, "DEL of %s on %s: %v", t.id, t.conf.name(), r)
			if try > 2*killedDELs {
				return
			}
		}
	}
	f.isGone(t.pod)
	f.must(f.host.Service().DeleteNamespace(context.Background(), t.netns))
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.pods, t.id)
}

// perhapsKill runs a verb, and kills four out of five at a random moment within the verb's usual duration.
func (f *field) perhapsKill(random *rand.Rand, s start) answer {
	if !f.wants() || random.IntN(5) == 0 {
		return f.process(s)
	}
	s.within = time.Duration(1 + random.Int64N(int64(f.typical(s.command))))
	r := f.process(s)
	if r.killed {
		f.killed.Add(1)
		f.progress.Step(false)
	}
	return r
}

// process runs a start while no census is under way.
func (f *field) process(s start) answer {
	f.running.RLock()
	defer f.running.RUnlock()
	r := f.run(s)
	if !r.killed {
		f.mu.Lock()
		defer f.mu.Unlock()
		// The mean of the old value and this one: one slow start must not delay all later kills too much.
		f.took[s.command] = (f.took[s.command] + r.took) / 2
	}
	return r
}

// typical returns the recent duration of the verb.
func (f *field) typical(command string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(f.took[command], 20*time.Millisecond) * 5 / 4
}

// census checks the whole node while nothing runs. First a DEL of a pod that never existed uses each load balancer, as
// the node's next process would, and finishes what a killed one began.
func (f *field) census() {
	f.running.Lock()
	defer f.running.Unlock()
	for _, c := range f.confs {
		f.expect(start{command: "DEL", pod: pod{id: "nobody"}, conf: c}, 0)
	}
	s := f.state()
	if strays := s.strays(); len(strays) > 0 {
		f.add(leak, "%s", strings.Join(strays, ", "))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.pods {
		if t.result == nil {
			continue
		}
		if why := s.alive(t.pod, t.conf, true); why != "" {
			f.add(lost, "%s", why)
			t.result = nil
		}
	}
	for _, e := range s.Endpoints {
		if id, _, _ := strings.Cut(e.Name, "_"); f.pods[id] == nil {
			f.add(leak, "endpoint %s of no pod", e.Name)
		}
	}
	for addr, owner := range s.reserved {
		if id, _, _ := strings.Cut(owner, " "); f.pods[id] == nil && owner != "" {
			f.add(leak, "reservation %s of %s", addr, fmt.Sprintf("%q", owner))
		}
	}
}
