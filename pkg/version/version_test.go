package version

import (
	"runtime/debug"
	"testing"
)

func TestFromBuild(t *testing.T) {
	revision := func(v string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "GOOS", Value: "windows"}, {Key: "vcs.revision", Value: v}}
	}
	rows := []struct {
		name  string
		build debug.BuildInfo
		want  string
	}{
		{"go install of a release", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: revision("abc")}, "v1.2.3"},
		{"go build of a checkout", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: revision("0123456789abcdef")}, "dev-0123456789ab"},
		{"short revision", debug.BuildInfo{Settings: revision("0123")}, "dev-0123"},
		{"empty revision", debug.BuildInfo{Settings: revision("")}, "dev"},
		{"nothing known", debug.BuildInfo{}, "dev"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := fromBuild(&row.build); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestStampWins(t *testing.T) {
	defer func(old string) { version = old }(version)
	version = "v9.9.9"
	if got := String(); got != "v9.9.9" {
		t.Errorf("stamped v9.9.9, got %q", got)
	}
	version = ""
	if got := String(); got == "" {
		t.Error("an executable without a stamp has no version at all")
	}
}
