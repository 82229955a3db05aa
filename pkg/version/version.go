// Package version returns the release of this project to which an executable belongs.
package version

import "runtime/debug"

// version is stamped at link time:
// go build -ldflags "-X github.com/Microsoft/windows-container-networking/pkg/version.version=v1.2.3".
var version string

// String returns the stamped version; in an executable built without the stamp, the Go tool's version of its module
// ("v1.2.3") or its commit ("dev-0123456789ab"); and else "dev".
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
	builtFromDir = "(devel)" // the Go tool's text for a main module without a version
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
