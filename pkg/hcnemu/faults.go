package hcnemu

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// action is the effect of a fault on a call. The zero action does nothing.
type action struct {
	code      hostnet.Code  // the call fails with it and has no effect
	kill      bool          // the process dies before the call takes effect
	killAfter bool          // the process dies after it
	hang      bool          // the call never returns, and blocks no other call
	delay     time.Duration // additional time in the service
}

// faultRule is one part of HCNEMU_FAULTS.
type faultRule struct {
	api   string // or "*"
	nth   int    // 0: every matching call
	seen  int
	apply action
}

// faultPlan counts this process's calls against the rules.
type faultPlan struct {
	mu    sync.Mutex
	rules []faultRule
}

// next counts a call and returns the action for it. Each rule counts the calls that match it; of several that apply,
// their delays add up and the first other action wins.
func (p *faultPlan) next(api string) action {
	p.mu.Lock()
	defer p.mu.Unlock()
	var chosen action
	var delay time.Duration
	for i := range p.rules {
		r := &p.rules[i]
		if r.api != "*" && r.api != api {
			continue
		}
		r.seen++
		if r.nth != 0 && r.nth != r.seen {
			continue
		}
		delay += r.apply.delay
		if chosen == (action{}) {
			chosen = r.apply
			chosen.delay = 0
		}
	}
	chosen.delay = delay
	return chosen
}

// parseFaults reads HCNEMU_FAULTS: "API#n=action;…".
func parseFaults(s string) (*faultPlan, error) {
	p := &faultPlan{}
	for _, part := range strings.Split(s, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		rule, err := parseFault(part)
		if err != nil {
			return nil, fmt.Errorf("HCNEMU_FAULTS %q: %w", s, err)
		}
		p.rules = append(p.rules, rule)
	}
	return p, nil
}

func parseFault(part string) (faultRule, error) {
	target, what, given := strings.Cut(part, "=")
	if !given {
		return faultRule{}, fmt.Errorf("%q is not API#n=action", part)
	}
	api, count, counted := strings.Cut(target, "#")
	if api != "*" && !apiNames()[api] {
		return faultRule{}, fmt.Errorf("no HCN function is called %q", api)
	}
	rule := faultRule{api: api}
	if counted {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return faultRule{}, fmt.Errorf("%q is no number of a call, 1 or more", count)
		}
		rule.nth = n
	}
	var err error
	rule.apply, err = parseAction(what)
	return rule, err
}

func parseAction(s string) (action, error) {
	switch s {
	case "kill":
		return action{kill: true}, nil
	case "kill-after":
		return action{killAfter: true}, nil
	case "hang":
		return action{hang: true}, nil
	}
	if after, ok := strings.CutPrefix(s, "delay:"); ok {
		d, err := time.ParseDuration(after)
		if err != nil || d < 0 {
			return action{}, fmt.Errorf("%q is no duration such as 500ms", after)
		}
		return action{delay: d}, nil
	}
	code, err := strconv.ParseUint(s, 0, 32)
	if err != nil || code == 0 {
		return action{}, fmt.Errorf("%q is no action: an error code such as 0x803b0020, kill, kill-after, hang or delay:500ms", s)
	}
	return action{code: hostnet.MakeCode(uint32(code))}, nil
}
