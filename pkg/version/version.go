// Package version knows which release of this project an executable belongs to.
package version

import "runtime/debug"

// version is stamped at link time:
// go build -ldflags "-X github.com/Microsoft/windows-container-networking/pkg/version.version=v1.2.3".
var version string

// String returns the stamped version; in an executable built without the stamp, what the Go tool knows
// of its module ("v1.2.3") or of its commit ("dev-0123456789ab"); and else "dev".
func String() string {
	if version != "" {
		return version
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		return fromBuild(build)
	}
	return unknown
}

const (
	unknown      = "dev"
	shownOfHash  = 12
	builtFromDir = "(devel)" // what the Go tool says of a main module without a version
)

func fromBuild(build *debug.BuildInfo) string {
	if v := build.Main.Version; v != "" && v != builtFromDir {
		return v
	}
	for _, s := range build.Settings {
		if s.Key == "vcs.revision" && s.Value != "" {
			return unknown + "-" + s.Value[:min(len(s.Value), shownOfHash)]
		}
	}
	return unknown
}
