package main

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"
)

// The parts of CycloneDX 1.6 that a Go program's SBOM needs (https://cyclonedx.org/docs/1.6/json/).
type bom struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	SerialNumber string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []digest   `json:"hashes,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type digest struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

const mainModule = "github.com/Microsoft/windows-container-networking"

// makeSBOM describes the executables from the build information inside them: each with its hash and its linked modules,
// including the Go standard library.
func makeSBOM(exes []string, version, arch string, at time.Time) ([]byte, error) {
	product := component{Type: "application", Ref: "product", Name: "windows-container-networking", Version: version,
		PURL:       "pkg:golang/" + mainModule + "@" + version,
		Properties: []property{{"platform", "windows/" + arch}}}
	b := bom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: metadata{at.UTC().Format(time.RFC3339), product}}
	parts := map[string]component{}
	var refs []string
	for _, exe := range exes {
		part, uses, err := describeExecutable(exe, version)
		if err != nil {
			return nil, err
		}
		refs = append(refs, part.Ref)
		b.Components = append(b.Components, part)
		edge := dependency{Ref: part.Ref, DependsOn: []string{}}
		for _, u := range uses {
			parts[u.Ref] = u
			edge.DependsOn = append(edge.DependsOn, u.Ref)
		}
		b.Dependencies = append(b.Dependencies, edge)
	}
	for _, p := range parts {
		b.Components = append(b.Components, p)
		b.Dependencies = append(b.Dependencies, dependency{Ref: p.Ref, DependsOn: []string{}})
	}
	b.Dependencies = append(b.Dependencies, dependency{"product", refs})
	return b.marshal()
}

// marshal sorts everything and derives the serial number of the SBOM from its content.
func (b bom) marshal() ([]byte, error) {
	slices.SortFunc(b.Components, func(x, y component) int { return cmp.Compare(x.Ref, y.Ref) })
	slices.SortFunc(b.Dependencies, func(x, y dependency) int { return cmp.Compare(x.Ref, y.Ref) })
	text, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	s := sha256.Sum256(text)
	s[6], s[8] = s[6]&0x0f|0x80, s[8]&0x3f|0x80 // UUID version 8: built by a custom rule
	b.SerialNumber = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", s[0:4], s[4:6], s[6:8], s[8:10], s[10:16])
	text, err = json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}

func describeExecutable(exe, version string) (component, []component, error) {
	info, err := buildinfo.ReadFile(exe)
	if err != nil {
		return component{}, nil, fmt.Errorf("build information of %s: %w", filepath.Base(exe), err)
	}
	content, err := os.ReadFile(exe)
	if err != nil {
		return component{}, nil, err
	}
	sum := sha256.Sum256(content)
	name := filepath.Base(exe)
	part := component{Type: "application", Ref: "file:" + name, Name: name, Version: version,
		Hashes: []digest{{"SHA-256", hex.EncodeToString(sum[:])}}}
	goVersion := info.GoVersion
	uses := []component{{Type: "library", Ref: "pkg:golang/std@" + goVersion, Name: "std", Version: goVersion,
		PURL: "pkg:golang/std@" + goVersion}}
	for _, m := range info.Deps {
		uses = append(uses, describeModule(m))
	}
	return part, uses, nil
}

func describeModule(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	purl := "pkg:golang/" + m.Path + "@" + m.Version
	c := component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl}
	if m.Sum != "" {
		c.Properties = []property{{"go.sum", m.Sum}}
	}
	return c
}

// modulesOf returns the paths of all modules in the executables except the main one.
func modulesOf(exes []string) ([]string, error) {
	var paths []string
	for _, exe := range exes {
		info, err := buildinfo.ReadFile(exe)
		if err != nil {
			return nil, fmt.Errorf("build information of %s: %w", filepath.Base(exe), err)
		}
		for _, m := range info.Deps {
			paths = append(paths, m.Path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}
