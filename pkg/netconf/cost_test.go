package netconf

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// costly are lists of n different values each.
var costly = map[string]func(n int) string{
	"ports": func(n int) string {
		return `"runtimeConfig":{"portMappings":[` + each(n, func(i int) string {
			return fmt.Sprintf(`{"hostPort":%d,"containerPort":80,"protocol":"tcp"}`, i+1)
		}) + `]}`
	},
	"addresses": func(n int) string { return `"runtimeConfig":{"ips":[` + each(n, address) + `]}` },
	"servers":   func(n int) string { return `"dns":{"nameservers":[` + each(n, address) + `]}` },
	"routes": func(n int) string {
		return `"additionalRoutes":[` + each(n, func(i int) string { return `{"dst":` + strings.TrimSuffix(address(i), `"`) + `/32"` + `}` }) + `]`
	},
	"ranges": func(n int) string {
		return `"ipam":{"type":"host-local","ranges":[` + each(n, func(i int) string {
			return fmt.Sprintf(`[{"subnet":"10.%d.%d.0/24"}]`, i/256%256, i%256)
		}) + `]}`
	},
	"VSIDs": func(n int) string {
		return `"vsid":[` + each(n, func(i int) string { return fmt.Sprint(i + 4096) }) + `]`
	},
	"fields": func(n int) string { return each(n, func(i int) string { return fmt.Sprintf(`"f%d":%d`, i, i) }) },
	"twice":  func(n int) string { return each(n, func(i int) string { return fmt.Sprintf(`"vlan":%d`, i) }) },
	"bad numbers": func(n int) string {
		return `"vsid":[` + each(n, func(i int) string { return fmt.Sprint(-i - 1) }) + `]`
	},
	"attachments": func(n int) string {
		return `"cni.dev/valid-attachments":[` + each(n, func(i int) string { return fmt.Sprintf(`{"containerID":"%d","ifname":"eth0"}`, i) }) + `]`
	},
}

func address(i int) string { return fmt.Sprintf(`"10.%d.%d.%d"`, i>>16, i>>8&255, i&255) }

func each(n int, one func(int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = one(i)
	}
	return strings.Join(all, ",")
}

// TestReadingIsLinear compares the cost of two lists of one kind, one of them eight times as long. It measures memory
// instead of time, which needs no clock.
func TestReadingIsLinear(t *testing.T) {
	for name, list := range costly {
		short, long := cost(list(1000)), cost(list(8000))
		if long > 12*short {
			t.Errorf("%s: %d bytes for 1000, %d for 8000", name, short, long)
		}
	}
}

// TestMegabyte: a configuration of 1 MB costs at most ten times its size.
func TestMegabyte(t *testing.T) {
	var mixed []string
	for _, name := range []string{"ports", "addresses", "servers", "VSIDs"} {
		mixed = append(mixed, costly[name](6000))
	}
	all := strings.Replace(strings.Join(mixed, ","), `},"runtimeConfig":{`, ",", 1)
	for name, fields := range map[string]string{
		"mixed lists": all, "numbers": `"x":[` + strings.Repeat("0,", 1<<19) + `0]`, "fields": costly["fields"](9999), "twice": costly["twice"](9000),
	} {
		fields += `,"comment":"` + strings.Repeat("x", max(0, 1<<20-len(fields))) + `"`
		if bytes := cost(fields); bytes > 10*uint64(len(fields)) {
			t.Errorf("%s: %d bytes for a configuration of %d", name, bytes, len(fields))
		}
	}
}

// cost returns the memory that ADD allocates to read a configuration with the given fields.
func cost(fields string) uint64 {
	stdin := []byte(`{"name":"n","type":"nat",` + fields + `}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Parse(Input{Verb: "ADD", Stdin: stdin})
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestEveryListIsBounded: a list of 100,000 values is rejected with the bound in the message, and DEL continues.
func TestEveryListIsBounded(t *testing.T) {
	for name, list := range costly {
		stdin := []byte(`{"name":"n","type":"nat",` + list(100_000) + `}`)
		_, errors := Parse(Input{Verb: "ADD", Stdin: stdin})
		if !strings.Contains(errors.Error(), "at most 10000 values in one list or object") {
			t.Errorf("%s: %.300s", name, errors.Error())
		}
		if name == "fields" || name == "twice" || name == "attachments" {
			continue // the document itself, and the list that GC must not read in part
		}
		if _, errors := Parse(Input{Verb: "DEL", Stdin: stdin}); errors != nil {
			t.Errorf("DEL with too many %s: %.300s", name, errors.Error())
		}
	}
}

// TestErrorsAreShort: all errors together fit into a CNI error.
func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for name, list := range costly {
		_, errors := Parse(Input{Verb: "ADD", Stdin: []byte(`{"name":"n","type":"nat",` + list(9000) + `,"cniVersion":"` + long + `"}`)})
		if n := len(errors.Error()); n > 3300 || n == 0 {
			t.Errorf("%s: an error of %d bytes", name, n)
		}
	}
	for _, stdin := range []string{`{"name":"` + long + `"}`, `{"name":"n","type":"nat","` + long + `":1,"` + long + `":2,"ipam":{"type":"../` + long + `"}}`} {
		_, errors := Parse(Input{Verb: "ADD", Stdin: []byte(stdin), Args: "IP=" + long})
		if n := len(errors.Error()); n > 3300 || n == 0 {
			t.Errorf("an error of %d bytes", n)
		}
	}
}
