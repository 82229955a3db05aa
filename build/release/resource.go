package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// winres writes resources into a finished executable, so that no .syso file is ever in the tree.
const winres = "github.com/tc-hib/go-winres@v0.3.3"

var descriptions = map[string]string{
	"nat":         "CNI plugin for NAT networks",
	"sdnbridge":   "CNI plugin for L2Bridge networks",
	"sdnoverlay":  "CNI plugin for Overlay networks",
	"sdntunnel":   "CNI plugin for L2Tunnel networks",
	"transparent": "CNI plugin for Transparent networks",
	"hcnctl":      "Container networking tool for Windows nodes",
}

// describe adds the version information that Properties, Details shows, and a manifest: long paths, and no more rights
// than its caller has.
func (s settings) describe(ctx context.Context, dir, exe string) error {
	name := strings.TrimSuffix(filepath.Base(exe), ".exe")
	in := filepath.Join(dir, name+".winres.json")
	if err := writeJSON(in, resources(name, s.version, s.time.Year())); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "run", winres, "patch", "--no-backup", "--in", in, exe)
	cmd.Env = append(cleanEnv(os.Environ()), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("version resource of %s: %w\n%s", name, err, out)
	}
	return os.Remove(in)
}

type object = map[string]any

// resources is go-winres's description of a version and a manifest resource.
func resources(name, version string, year int) object {
	number := fourNumbers(version)
	fixed := object{"file_version": number, "product_version": number}
	info := object{
		"CompanyName":      "Windows container networking authors",
		"FileDescription":  descriptions[name],
		"InternalName":     name,
		"LegalCopyright":   fmt.Sprintf("%d, the authors; Apache-2.0", year),
		"OriginalFilename": name + ".exe",
		"ProductName":      "Windows container networking",
		"ProductVersion":   version,
		"FileVersion":      number,
	}
	manifest := object{
		"identity":        object{"name": name, "version": number},
		"description":     descriptions[name],
		"minimum-os":      "win10",
		"execution-level": "as invoker",
		"long-path-aware": true,
	}
	return object{
		"RT_VERSION":  object{"#1": object{"0000": object{"fixed": fixed, "info": object{"0409": info}}}},
		"RT_MANIFEST": object{"#1": object{"0409": manifest}},
	}
}

var described = regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)(?:-(\d+)-g[0-9a-f]+)?`)

// fourNumbers converts the output of git describe to a PE version: "v1.2.3-4-gabcdef" is "1.2.3.4". It is "0.0.0.0"
// before the first tag.
func fourNumbers(version string) string {
	m := described.FindStringSubmatch(version)
	if m == nil {
		return "0.0.0.0"
	}
	if m[4] == "" {
		m[4] = "0"
	}
	return strings.Join(m[1:], ".")
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
