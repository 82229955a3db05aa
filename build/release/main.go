// Command release builds the release files of one commit: for each architecture a zip with the executables, examples,
// documents, licences and SBOM, and the checksums of the zips. The same commit, built with the same Go, gives the same
// bytes; only signatures with a time stamp differ.
//
// Usage: go run ./build/release -out out/release -version v1.2.3 -time 1790000000
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// settings are the inputs of a release.
type settings struct {
	root    string // of the module
	out     string // directory of the zips
	version string // v1.2.3, or the output of git describe
	time    time.Time
	sign    signing
}

// executables are the main packages that ship.
var executables = []string{
	"plugins/nat", "plugins/sdnbridge", "plugins/sdnoverlay", "plugins/sdntunnel", "plugins/transparent", "cmd/hcnctl",
}

var architectures = []string{"amd64", "arm64"}

func main() {
	s := settings{root: "."}
	flag.StringVar(&s.out, "out", "out/release", "directory for the zips")
	flag.StringVar(&s.version, "version", "", "version to stamp, as git describe prints it")
	unix := flag.Int64("time", 0, "time of every file in the zips and of signatures: the commit's, in seconds since 1970")
	flag.Parse()
	s.time = time.Unix(*unix, 0).UTC()
	s.sign = signingFromEnv(os.Getenv)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := s.release(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func (s settings) release(ctx context.Context) error {
	if s.version == "" || s.time.Unix() == 0 {
		return fmt.Errorf("-version and -time are needed")
	}
	if err := os.RemoveAll(s.out); err != nil {
		return err
	}
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return err
	}
	var published []string
	for _, arch := range architectures {
		files, err := s.forArchitecture(ctx, arch)
		if err != nil {
			return fmt.Errorf("windows/%s: %w", arch, err)
		}
		published = append(published, files...)
	}
	script, err := s.installer()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.out, installerName), script, 0o644); err != nil {
		return err
	}
	return writeSums(s.out, append(published, installerName))
}

// installerName is the script that downloads, verifies and installs a release.
const installerName = "install.ps1"

// installer returns the script with the release's version as its default.
func (s settings) installer() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.root, "build", "release", installerName))
	if err != nil {
		return nil, fmt.Errorf("the installer: %w", err)
	}
	if bytes.Count(text, []byte("@VERSION@")) != 1 {
		return nil, fmt.Errorf("%s has no single @VERSION@", installerName)
	}
	return bytes.ReplaceAll(text, []byte("@VERSION@"), []byte(s.version)), nil
}

// forArchitecture creates the zip and the SBOM of one architecture and returns their names.
func (s settings) forArchitecture(ctx context.Context, arch string) ([]string, error) {
	bin, err := os.MkdirTemp("", "hcnctl-release-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(bin)
	exes, err := s.build(ctx, arch, bin)
	if err != nil {
		return nil, err
	}
	for _, exe := range exes {
		if err := s.describe(ctx, bin, exe); err != nil {
			return nil, err
		}
		if err := s.sign.sign(ctx, exe, s.time); err != nil {
			return nil, err
		}
	}
	return s.pack(ctx, arch, exes)
}

func (s settings) pack(ctx context.Context, arch string, exes []string) ([]string, error) {
	name := fmt.Sprintf("windows-container-networking-cni-%s-%s", arch, s.version)
	bom, err := makeSBOM(exes, s.version, arch, s.time)
	if err != nil {
		return nil, err
	}
	modules, err := modulesOf(exes)
	if err != nil {
		return nil, err
	}
	licences, err := findLicences(ctx, s.root, modules)
	if err != nil {
		return nil, err
	}
	z := archive{time: s.time}
	for _, exe := range exes {
		z.addFile(filepath.Base(exe), exe, true)
	}
	for _, dir := range []string{"LICENSE", "README.md", "docs", "cni-conf-examples"} {
		if err := z.addTree(dir, filepath.Join(s.root, dir)); err != nil {
			return nil, err
		}
	}
	for _, l := range licences {
		z.addFile("licenses/"+l.name, l.path, false)
	}
	z.addBytes("sbom.cdx.json", bom)
	script, err := s.installer()
	if err != nil {
		return nil, err
	}
	z.addBytes(installerName, script)
	if err := z.write(filepath.Join(s.out, name+".zip")); err != nil {
		return nil, err
	}
	return []string{name + ".zip", name + ".cdx.json"}, os.WriteFile(filepath.Join(s.out, name+".cdx.json"), bom, 0o644)
}
