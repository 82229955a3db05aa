package netconf

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestBoundaries: the last value on either side of each limit.
func TestBoundaries(t *testing.T) {
	const reserved = "Windows reserves this name or omits its final dot"
	named := func(name string) string {
		return fmt.Sprintf(`{"name":%q,"type":"nat","ipam":{"type":"host-local","subnet":"10.4.0.0/16"}}`, name)
	}
	with := func(fields string) string { return `{"name":"n","type":"nat",` + fields + `}` }
	logFile := func(path string) string { return with(fmt.Sprintf(`"logFile":%q`, path)) }
	subnet := func(prefix string) string { return with(fmt.Sprintf(`"ipam":{"subnet":%q}`, prefix)) }
	for _, row := range []struct{ stdin, args, want string }{
		{named(strings.Repeat("n", maxName)), "", ""},
		{named(strings.Repeat("n", maxName+1)), "", "want a name of at most 200 bytes"},
		{named("a"), "", ""}, {named("z"), "", ""}, {named("A"), "", ""}, {named("Z"), "", ""}, {named("0"), "", ""}, {named("9"), "", ""},
		{named("COM0"), "", reserved}, {named("com9.net"), "", reserved}, {named("LPT5"), "", reserved},
		{named("COMA"), "", ""}, {named("COM-"), "", ""}, {named("COM10"), "", ""}, {named("COM"), "", ""}, {named("XYZ1"), "", ""},
		{named("nul"), "", reserved}, {named("null"), "", ""}, {named("podnet."), "", reserved},

		{logFile(`A:\x`), "", ""}, {logFile(`Z:/x`), "", ""}, {logFile("a:/x"), "", ""}, {logFile("z:/x"), "", ""}, {logFile("/x"), "", ""},
		{logFile("@:/x"), "", "want an absolute path"}, {logFile("[:/x"), "", "want an absolute path"},
		{logFile("`:/x"), "", "want an absolute path"}, {logFile("{:/x"), "", "want an absolute path"},
		{logFile(`C:\`), "", "this is a directory"}, {logFile("C:"), "", "want an absolute path"},

		{subnet("10.4.0.0/30"), "", ""}, {subnet("10.4.0.0/31"), "", "leaves no room"},
		{subnet("fd00::/126"), "", ""}, {subnet("fd00::/127"), "", "leaves no room"},
		{subnet("128.0.0.0/1"), "", ""}, {subnet("0.0.0.0/0"), "", "prefix length 0"},
		{subnet("4000::/2"), "", ""},

		{with(`"hnsTimeoutSeconds":600`), "", ""}, {with(`"hnsTimeoutSeconds":601`), "", "want a whole number from 1 to 600"},

		{with(`"vlan":1`), "IP=10.0.0.1;IP=10.0.0.1", ""},
		{with(`"vlan":1`), "IP=10.0.0.1;IP=10.0.0.2", "is already given with another value"},

		// A set of ranges that the runtime gives is none of those in the configuration.
		{with(`"cniVersion":"1.0.0","runtimeConfig":{"ipRanges":[[{"subnet":"fd00::/64"}],[{"subnet":"10.5.0.0/16"}]]},"ipam":{"type":"host-local","subnet":"10.4.0.0/16"}`), "", ""},
		{with(`"cniVersion":"1.0.0","ipam":{"type":"host-local","ranges":[[{"subnet":"fd00::/64"},{"subnet":"10.5.0.0/16"}]]}`), "", "host-local wants a set for each"},

		{named("a_b.c-d"), "", ""}, {named("_a"), "", "a letter or a digit first"},
		{with(`"cniVersion":"0.3.0","ipam":{"type":"host-local","ranges":[[{"subnet":"10.4.0.0/16"}],[{"subnet":"10.5.0.0/16"}]]}`), "", ""},

		{with(manySubnets(maxSubnets)), "", ""}, {with(manySubnets(maxSubnets + 1)), "", "a network of more than 128 subnets"},
		{with(manyRanges(maxRanges, 500)), "", ""}, {with(manyRanges(maxRanges, 0)), "", "overlaps with ipam.ranges[0][0]"},
		{with(manyRanges(maxRanges+1, 500)), "", "more than 256 ranges"},
	} {
		_, problems := Parse(Input{Verb: "ADD", Stdin: []byte(row.stdin), Args: row.args})
		if got := problems.Error(); row.want == "" && len(problems) > 0 || !strings.Contains(got, row.want) {
			t.Errorf("%.200s %s: got %q, want %q", row.stdin, row.args, got, row.want)
		}
	}
}

// manySubnets is an ipam section with n subnets.
func manySubnets(n int) string {
	var sets []string
	for i := range n {
		sets = append(sets, fmt.Sprintf(`[{"subnet":"10.%d.0.0/16"}]`, i))
	}
	return fmt.Sprintf(`"ipam":{"ranges":[%s]}`, strings.Join(sets, ","))
}

// manyRanges is an ipam section with n ranges of one subnet, one address each, the last of which begins at an address.
func manyRanges(n, last int) string {
	var ranges []string
	for i := range n {
		at := i
		if i == n-1 {
			at = last
		}
		ranges = append(ranges, fmt.Sprintf(`{"subnet":"10.4.0.0/16","rangeStart":"10.4.%d.%d","rangeEnd":"10.4.%[1]d.%[2]d"}`, (2+at)/256, (2+at)%256))
	}
	return `"ipam":{"type":"host-local","ranges":[[` + strings.Join(ranges, ",") + `]]}`
}

// TestTimeoutIsInSeconds: of the configuration, of Azure's field, and without either.
func TestTimeoutIsInSeconds(t *testing.T) {
	for fields, want := range map[string]time.Duration{
		``: time.Minute, `,"hnsTimeoutSeconds":7`: 7 * time.Second,
		`,"windowsSettings":{"hnsTimeoutDurationInSeconds":9}`: 9 * time.Second,
	} {
		c, problems := Parse(Input{Verb: "ADD", Stdin: []byte(`{"name":"n","type":"nat"` + fields + `}`)})
		if c.Timeout != want || len(problems) > 0 {
			t.Errorf("%s: %s %v, want %s", fields, c.Timeout, problems, want)
		}
	}
}

// TestTypesOfOneExecutable are its own, and those of all without a name.
func TestTypesOfOneExecutable(t *testing.T) {
	if got := strings.Join(Types("sdntunnel"), " "); got != "sdntunnel l2tunnel" {
		t.Errorf("%q", got)
	}
	if got := len(Types("")); got != 10 {
		t.Errorf("%d types in all", got)
	}
}
