package hcnspec

import "testing"

func TestParseVersion(t *testing.T) {
	good := map[string]Version{"13.3": {13, 3}, "9": {9, 0}, "0.0": {}, "15.10": {15, 10}, "9.": {9, 0}}
	for text, want := range good {
		if got, err := ParseVersion(text); err != nil || got != want {
			t.Errorf("ParseVersion(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "x", "13.x", "-1.0", "13.3.1", "13,3", "99999999999.0", " 13.3"} {
		got, err := ParseVersion(text)
		if err == nil || got != (Version{}) {
			t.Errorf("ParseVersion(%q) = %v, want an error", text, got)
		} else if want := `HNS version "` + text + `": want major.minor, for example 13.3`; err.Error() != want {
			t.Errorf("ParseVersion(%q): %q, want %q", text, err, want)
		}
	}
}

func TestVersionOrder(t *testing.T) {
	ascending := []Version{{}, {0, 1}, {9, 2}, {9, 10}, {10, 0}, {13, 3}, {16, 0}}
	for i, v := range ascending {
		for j, w := range ascending {
			if got := v.AtLeast(w); got != (i >= j) {
				t.Errorf("%v at least %v = %v", v, w, got)
			}
		}
	}
	if got := (Version{15, 10}).String(); got != "15.10" {
		t.Errorf("String() = %q", got)
	}
}

// TestFeatureRanges checks, for each feature, versions that have it and adjacent versions that do not.
func TestFeatureRanges(t *testing.T) {
	rows := []struct {
		feature  Feature
		versions string
		in, out  []string
	}{
		{FeatureACL, "7.2+", []string{"7.2", "9.0"}, []string{"7.1", "6.9"}},
		{FeatureV2API, "9.2+", []string{"9.2", "10.0"}, []string{"9.1", "8.9"}},
		{FeatureRemoteSubnet, "9.2+", []string{"9.2"}, []string{"9.1"}},
		{FeatureHostRoute, "9.2+", []string{"9.2"}, []string{"9.1"}},
		{FeatureDSR, "9.3-9.x, 10.2+", []string{"9.3", "9.99", "10.2", "11.0"}, []string{"9.2", "10.0", "10.1"}},
		{FeatureSlash32, "9.3-9.x, 10.4+", []string{"9.3", "10.4"}, []string{"9.2", "10.3"}},
		{FeatureVxlanPort, "10.3+", []string{"10.3"}, []string{"10.2", "9.9"}},
		{FeatureACLProtocol252, "11.0+", []string{"11.0"}, []string{"10.9"}},
		{FeatureIPv6DualStack, "11.10+", []string{"11.10", "12.0"}, []string{"11.9", "11.1"}},
		{FeatureSessionAffinity, "12.0+", []string{"12.0"}, []string{"11.99"}},
		{FeatureSetPolicy, "13.0+", []string{"13.0"}, []string{"12.99"}},
		{FeatureL4Proxy, "9.5-9.x, 10.5-10.x, 11.11-11.x, 12.1-12.x, 13.1+", []string{"9.5", "10.5", "11.11", "12.1", "13.1", "14.0"}, []string{"9.4", "10.4", "11.10", "12.0", "13.0"}},
		{FeatureL4WFPProxy, "13.2+", []string{"13.2"}, []string{"13.1"}},
		{FeatureTierACL, "14.0+", []string{"14.0"}, []string{"13.3"}},
		{FeatureNetworkACL, "15.0+", []string{"15.0"}, []string{"14.9"}},
		{FeatureNestedIPSet, "15.0+", []string{"15.0"}, []string{"14.9"}},
		{FeatureDisableHostPort, "15.1+", []string{"15.1"}, []string{"15.0"}},
		{FeatureAccelnet, "15.4+", []string{"15.4"}, []string{"15.3"}},
		{FeatureModifyLoadBalancer, "15.5-15.x, 16.0+", []string{"15.5", "16.0"}, []string{"15.4", "14.9"}},
	}
	if len(rows) != len(Features()) {
		t.Errorf("%d rows for %d features", len(rows), len(Features()))
	}
	for i, row := range rows {
		if row.feature.Name != Features()[i].Name {
			t.Errorf("feature %d is %q, want %q", i, Features()[i].Name, row.feature.Name)
		}
		if got := row.feature.Versions(); got != row.versions {
			t.Errorf("%s: %q, want %q", row.feature.Name, got, row.versions)
		}
		checkIn(t, row.feature, row.in, true)
		checkIn(t, row.feature, row.out, false)
	}
}

func checkIn(t *testing.T, f Feature, versions []string, want bool) {
	t.Helper()
	for _, text := range versions {
		v, err := ParseVersion(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.In(v); got != want {
			t.Errorf("%s in %s = %v, want %v", f.Name, text, got, want)
		}
	}
}

func TestHealth(t *testing.T) {
	rows := map[string]struct {
		resources string
		want      uint32
	}{
		"none":           {"", 0},
		"healthy":        {`{"Health":{"LastErrorCode":0},"Allocators":[{"Health":{"LastErrorCode":0}}]}`, 0},
		"at the root":    {`{"Health":{"LastErrorCode":2151350286},"Allocators":[{"Health":{"LastErrorCode":5}}]}`, 0x803b000e},
		"below":          {`{"Allocators":[{},{"Allocators":[{"Health":{"LastErrorCode":87}}]}]}`, 87},
		"not understood": {`{"Health":"fine"}`, 0},
		"null":           {`null`, 0},
	}
	for name, row := range rows {
		h := Health{Extra: Extra{Resources: []byte(row.resources)}}
		if got := h.LastErrorCode(); got != row.want {
			t.Errorf("%s: %#x, want %#x", name, got, row.want)
		}
	}
}
