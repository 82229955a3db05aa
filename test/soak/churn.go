package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/harness"
)

// churn is 10,000 pods on one node, with faults and restarts of HNS.
type churn struct {
	*soak
	node      *node
	ledger    *ledger
	codes     []hostnet.Code
	self      string // this executable
	memory    memory
	up        sync.RWMutex // held for writing while HNS is down
	faults    atomic.Int64
	restarts  atomic.Int64
	failedAdd atomic.Int64
	done      atomic.Int64
}

// deletes is how often a runtime may have to repeat DEL; only the first few have faults.
const (
	deletes       = 8
	faultyDeletes = 3
)

func (s *soak) churn(context.Context) (bool, error) {
	if s.pairs == 0 {
		return true, nil
	}
	fmt.Printf("soak: seed %d\n", s.seed)
	c := &churn{soak: s, ledger: newLedger(), codes: faultCodes(), memory: memory{total: s.pairs}}
	var err error
	if c.self, err = os.Executable(); err != nil {
		return false, err
	}
	if c.node, err = s.newNode("churn"); err != nil {
		return false, err
	}
	s.progress.Begin("soak", s.pairs)
	over := make(chan struct{})
	var restarter sync.WaitGroup
	restarter.Go(func() { c.restartNowAndThen(over) })
	harness.InParallel(s.workers, s.pairs, func(i int) {
		failed := s.mishaps.count()
		c.pair(i)
		c.done.Add(1)
		s.progress.Step(s.mishaps.count() > failed)
	})
	close(over)
	restarter.Wait()
	return c.judge()
}

// pair takes one pod through ADD and DEL as containerd does.
func (c *churn) pair(i int) {
	r := rand.New(rand.NewPCG(c.seed, uint64(i)))
	net := bridge
	if i%4 == 3 {
		net = nat
	}
	p, err := c.newSandbox(net, i)
	if err != nil {
		c.mishaps.add("%v", err)
		return
	}
	added := c.start("ADD", p, r, true)
	if added.ok() {
		c.ledger.take(net.plugin, added.addrs, p.id)
		if len(added.addrs) == 0 {
			c.mishaps.add("ADD of %s succeeds without an address: %s", p.id, added.Stdout)
		}
	} else {
		c.failedAdd.Add(1)
	}
	c.ledger.give(net.plugin, added.addrs)
	if !c.deletePod(p, r) {
		return
	}
	if err := c.removeSandbox(p); err != nil {
		c.mishaps.add("namespace of %s: %v", p.id, err)
	}
}

// deletePod repeats DEL until it succeeds, and once more, as containerd does.
func (c *churn) deletePod(p *pod, r *rand.Rand) bool {
	for try := 1; try <= deletes; try++ {
		last := c.start("DEL", p, r, try <= faultyDeletes)
		if last.ok() {
			if again := c.start("DEL", p, r, false); !again.ok() && again.code != tryAgainLater {
				c.mishaps.add("the second DEL of %s: code %d %s", p.id, again.code, again.msg)
			}
			return true
		}
		if try > faultyDeletes && last.code != tryAgainLater {
			c.mishaps.add("DEL of %s without a fault: code %d %s %s", p.id, last.code, last.msg, last.Stderr)
		}
	}
	c.mishaps.add("%d DELs of %s failed", deletes, p.id)
	return false
}

// tryAgainLater is CNI's code for an error that a retry may overcome.
const tryAgainLater = 11

// measured: the memory of the plugins of every fifth pod is measured.
const measured = 5

// start runs a verb, with a fault now and then.
func (c *churn) start(command string, p *pod, r *rand.Rand, mayFail bool) reply {
	faults, timeout := "", patience
	if mayFail {
		faults, timeout = randomFault(r, c.codes)
	}
	if faults != "" {
		c.faults.Add(1)
	}
	var launcher []string
	if faults == "" && p.number%measured == 0 {
		launcher = []string{c.self, launchArg}
	}
	answer, err := c.node.run(command, p, timeout, faults, launcher...)
	if err != nil {
		c.mishaps.add("%v", err)
	}
	if answer.Exit == 1 && answer.code == 0 || answer.Exit > 1 {
		c.mishaps.add("%s of %s (%s): exit status %d, stdout %q, stderr %q", command, p.id, faults, answer.Exit, answer.Stdout, answer.Stderr)
	}
	if faults == "" && !answer.ok() && answer.code != tryAgainLater {
		c.mishaps.add("%s of %s without a fault: code %d %s", command, p.id, answer.code, answer.msg)
	}
	if len(launcher) > 0 {
		c.memory.note(int(c.done.Load()), answer.MaxRSS)
	}
	return answer
}

// restartNowAndThen stops HNS for a moment, every few hundred pods.
func (c *churn) restartNowAndThen(over <-chan struct{}) {
	next := int64(c.pairs / 40)
	for {
		select {
		case <-over:
			return
		case <-time.After(50 * time.Millisecond):
		}
		if c.done.Load() < next {
			continue
		}
		next += int64(c.pairs / 20)
		c.restart()
	}
}

func (c *churn) restart() {
	c.up.Lock()
	defer c.up.Unlock()
	if err := c.node.host.Stop(); err != nil {
		c.mishaps.add("%v", err)
	}
	time.Sleep(500 * time.Millisecond)
	if err := c.node.host.Start(); err != nil {
		c.mishaps.add("%v", err)
	}
	c.restarts.Add(1)
}

// newSandbox and removeSandbox are the runtime's own calls. They avoid HNS's restarts: how a runtime handles a lost
// answer to the creation of a namespace does not concern the plugins.
func (c *churn) newSandbox(net *network, i int) (*pod, error) {
	c.up.RLock()
	defer c.up.RUnlock()
	return c.node.newPod(net, i)
}

func (c *churn) removeSandbox(p *pod) error {
	c.up.RLock()
	defer c.up.RUnlock()
	return c.node.remove(p)
}

// judge checks what remains and prints the closing line.
func (c *churn) judge() (bool, error) {
	rest, err := c.node.rest()
	if err != nil {
		return false, err
	}
	locks, err := c.node.heldLocks()
	if err != nil {
		return false, err
	}
	networks, err := c.node.host.Service().Networks(context.Background())
	if err != nil {
		return false, err
	}
	if len(networks) != 2 {
		c.mishaps.add("%d networks instead of 2", len(networks))
	}
	for _, r := range rest {
		c.mishaps.add("left: %s", r)
	}
	for _, d := range c.ledger.doubles {
		c.mishaps.add("double address: %s", d)
	}
	first, last, flat := c.memory.verdict()
	fmt.Printf("soak: %d pairs, %d faults, %d restarts, %d failed ADDs, %d leaks, %d double addresses, %d locks held, memory %.1f MB first, %.1f MB last, %d mishaps\n",
		c.pairs, c.faults.Load(), c.restarts.Load(), c.failedAdd.Load(), len(rest), len(c.ledger.doubles), len(locks), first, last, c.mishaps.count())
	return c.mishaps.count() == 0 && len(locks) == 0 && flat, nil
}
