package hcnemu

import (
	"fmt"
	"strings"
	"time"
)

// latencies holds the duration of each function; "*" stands for the others.
type latencies map[string]time.Duration

// of returns the duration of the function.
func (l latencies) of(api string) time.Duration {
	if d, ok := l[api]; ok {
		return d
	}
	return l["*"]
}

// parseLatency reads HCNEMU_LATENCY: "5ms", or "HcnCreateEndpoint=20ms;*=2ms".
func parseLatency(s string) (latencies, error) {
	l := latencies{}
	names := apiNames()
	for _, part := range strings.Split(s, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		api, value, given := strings.Cut(part, "=")
		if !given {
			api, value = "*", part
		}
		if api != "*" && !names[api] {
			return nil, fmt.Errorf("HCNEMU_LATENCY %q: no HCN function is called %q", s, api)
		}
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return nil, fmt.Errorf("HCNEMU_LATENCY %q: %q is no duration such as 5ms", s, value)
		}
		l[api] = d
	}
	return l, nil
}
