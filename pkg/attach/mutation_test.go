package attach

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

var mutations = flag.Int("mutations", 400, "how many mutated configurations are tried")

// mutants replace a value of an example.
var mutants = []any{nil, "", "x", []any{}, map[string]any{}, -1, 0, 1e9, true, "10.244.3.7/24", "0.0.0.0/0", "255.255.255.255",
	"224.0.0.1", "fd00::1/64", "10.244.3.0/31", "ff:ff:ff:ff:ff:ff", []any{nil}, "host-locl", "../x"}

// places returns setters for every value in a document.
func places(at any, set func(any), all []func(any)) []func(any) {
	if set != nil {
		all = append(all, set)
	}
	switch v := at.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key == "dataDir" { // elsewhere host-local would reserve outside the test's directory
				continue
			}
			all = places(v[key], func(x any) { v[key] = x }, all)
		}
	case []any:
		for i := range v {
			all = places(v[i], func(x any) { v[i] = x }, all)
		}
	}
	return all
}

// mutate returns the configuration with one value replaced.
func mutate(t *testing.T, stdin string, random *rand.Rand) string {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(stdin), &doc); err != nil {
		t.Fatal(err)
	}
	all := places(doc, nil, nil)
	all[random.IntN(len(all))](mutants[random.IntN(len(mutants))])
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRefusedBeforeTheHostIsTouched: every error in the configuration itself is found before anything is created: an
// ADD that fails with code 4 or 7 leaves a fresh node without a network.
func TestRefusedBeforeTheHostIsTouched(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(examples, "*.conf*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	var all []string
	for _, file := range files {
		all = append(all, pluginsOf(t, file)...)
	}
	random := rand.New(rand.NewPCG(1, 2))
	refused, added := 0, 0
	for i := range *mutations {
		stdin := mutate(t, all[i%len(all)], random)
		t.Run("", func(t *testing.T) {
			n := newNode(t, hcnemu.Settings{HostProfile: twoUplinks})
			conf, problems := netconf.Parse(n.input("ADD", n.namespace(), stdin))
			profile, err := ProfileFor(conf.Type)
			if err != nil || len(problems) > 0 {
				return
			}
			_, err = n.attacher(profile).Add(context.Background(), conf)
			switch {
			case err == nil:
				added++
			case refusesConfiguration(err):
				refused++
				networks, listErr := n.svc.Networks(context.Background())
				n.must(listErr)
				if len(networks) > 0 {
					t.Errorf("ADD fails after it made network %q: %v\n%s", networks[0].Name, err, stdin)
				}
			}
		})
	}
	if refused == 0 || added == 0 {
		t.Errorf("%d of %d refused, %d added; want some of each", refused, *mutations, added)
	}
}

// refusesConfiguration reports whether the error has code 4 or 7 and does not come from HNS.
func refusesConfiguration(err error) bool {
	var coded *types.Error
	var findings confdoc.Findings
	switch {
	case hostnet.CodeOf(err) != 0:
		return false
	case errors.As(err, &coded):
		return coded.Code == types.ErrInvalidNetworkConfig || coded.Code == types.ErrInvalidEnvironmentVariables
	}
	return errors.As(err, &findings)
}
