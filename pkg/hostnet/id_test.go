package hostnet

import "testing"

func TestIsID(t *testing.T) {
	rows := map[string]bool{
		"8EA92AC2-63F2-4F8B-A96A-DF015C894472":   true,
		"{8ea92ac2-63f2-4f8b-a96a-df015c894472}": true,
		"8EA92AC2-63F2-4F8B-A96A-DF015C89447":    false,
		"8EA92AC263F24F8BA96ADF015C894472":       false,
		"8EA92AC2-63F2-4F8B-A96A-DF015C89447g":   false,
		"/var/run/netns/x":                       false,
		"":                                       false,
	}
	for text, want := range rows {
		if got := IsID(text); got != want {
			t.Errorf("IsID(%q) = %v", text, got)
		}
	}
}

func TestSameID(t *testing.T) {
	if !SameID("{8ea92ac2-63f2-4f8b-a96a-df015c894472}", "8EA92AC2-63F2-4F8B-A96A-DF015C894472") || SameID("a", "b") {
		t.Error("SameID")
	}
	if !NoID("") || !NoID("00000000-0000-0000-0000-000000000000") || NoID("8EA92AC2-63F2-4F8B-A96A-DF015C894472") {
		t.Error("NoID")
	}
}
