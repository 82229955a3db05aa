package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var commitTime = time.Unix(1790000001, 0).UTC()

func TestFourNumbers(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3":                  "1.2.3.0",
		"v1.2.3-4-gabcdef0":       "1.2.3.4",
		"v1.2.3-4-gabcdef0-dirty": "1.2.3.4",
		"v2.0.0-rc1":              "2.0.0.0",
		"a462cac":                 "0.0.0.0",
		"":                        "0.0.0.0",
	} {
		if got := fourNumbers(version); got != want {
			t.Errorf("fourNumbers(%q) = %q, want %q", version, got, want)
		}
	}
}

func TestCleanEnv(t *testing.T) {
	got := cleanEnv([]string{"HOME=/h", "GOFLAGS=-race", "GOAMD64=v3", "PATH=/bin", "GOEXPERIMENT=x"})
	if diff := cmp.Diff([]string{"HOME=/h", "PATH=/bin"}, got); diff != "" {
		t.Error(diff)
	}
}

// The order in which files are found, their times and their modes on disk must not matter.
// TestFlags reads what the Makefile includes.
func TestFlags(t *testing.T) {
	s := settings{root: "../.."}
	for variable, one := range map[string]string{"BUILD_FLAGS": "-trimpath", "LINK_FLAGS": "-s"} {
		flags, err := s.flags(variable)
		if err != nil || !slices.Contains(flags, one) {
			t.Errorf("%s = %q, %v; want %q among them", variable, flags, err, one)
		}
	}
	if flags, err := s.flags("NO_FLAGS"); err == nil {
		t.Errorf("NO_FLAGS = %q; want an error", flags)
	}
}

func TestArchiveBytesFollowFromContent(t *testing.T) {
	write := func(dir string, names ...string) []byte {
		z := archive{time: commitTime}
		for _, name := range names {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte("content of "+name), 0o600); err != nil {
				t.Fatal(err)
			}
			z.addFile(name, path, name == "nat.exe")
		}
		z.addBytes("sbom.cdx.json", []byte("{}"))
		out := filepath.Join(dir, "out.zip")
		if err := z.write(out); err != nil {
			t.Fatal(err)
		}
		return read(t, out)
	}
	one := write(t.TempDir(), "nat.exe", "LICENSE")
	two := write(t.TempDir(), "LICENSE", "nat.exe")
	if !bytes.Equal(one, two) {
		t.Fatal("the same content gave different zips")
	}
	got := map[string]string{}
	r, err := zip.NewReader(bytes.NewReader(one), int64(len(one)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		got[f.Name] = f.Mode().String() + " " + f.Modified.UTC().Format(time.RFC3339) + " " + string(content)
	}
	at := commitTime.Format(time.RFC3339)
	want := map[string]string{
		"nat.exe":       "-rwxr-xr-x " + at + " content of nat.exe",
		"LICENSE":       "-rw-r--r-- " + at + " content of LICENSE",
		"sbom.cdx.json": "-rw-r--r-- " + at + " {}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSums(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"b.zip": "b", "a.zip": "a"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeSums(dir, []string{"b.zip", "a.zip"}); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"sha256sum", "sha512sum"} {
		cmd := exec.Command(tool, "--check", strings.ToUpper(strings.TrimSuffix(tool, "sum"))+"SUMS")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil || string(out) != "a.zip: OK\nb.zip: OK\n" {
			t.Errorf("%s: %v\n%s", tool, err, out)
		}
	}
}

func TestModuleWithoutLicenceIsNotShipped(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "PATENTS"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := licencesIn("example.com/m", dir)
	if want := "licence of example.com/m: none in " + dir; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestExecutable runs all steps on one real executable: described, signed with a certificate created here, listed.
// Needs `make build-windows`.
func TestExecutable(t *testing.T) {
	dir := t.TempDir()
	s := settings{root: "../..", version: "v1.2.3", time: commitTime, sign: throwAway(t, dir)}
	ctx := context.Background()
	exe := filepath.Join(dir, "nat.exe")
	if err := os.WriteFile(exe, read(t, filepath.Join(s.root, "out", "windows_amd64", "nat.exe")), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.describe(ctx, dir, exe); err != nil {
		t.Fatal(err)
	}
	if err := s.sign.sign(ctx, exe, s.time); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"CNI plugin for NAT networks", "1.2.3.0", "v1.2.3", "longPathAware"} {
		if content := read(t, exe); !bytes.Contains(content, []byte(text)) && !bytes.Contains(content, utf16(text)) {
			t.Errorf("the executable does not contain %q", text)
		}
	}
	out, err := exec.Command("osslsigncode", "verify", "-CAfile", filepath.Join(dir, "cert.pem"), "-in", exe).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("Succeeded")) {
		t.Errorf("signature: %v\n%s", err, out)
	}
	checkSBOM(t, exe)
	checkLicences(t, s.root, exe)
}

func checkSBOM(t *testing.T, exe string) {
	t.Helper()
	text, err := makeSBOM([]string{exe}, "v1.2.3", "amd64", commitTime)
	if err != nil {
		t.Fatal(err)
	}
	var b bom
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, c := range b.Components {
		names[c.Name] = true
		if c.Name == "nat.exe" {
			sum := sha256.Sum256(read(t, exe))
			if got := c.Hashes[0].Content; got != hex.EncodeToString(sum[:]) {
				t.Errorf("hash of nat.exe is %s", got)
			}
		}
	}
	for _, want := range []string{"nat.exe", "std", "github.com/containernetworking/cni", "github.com/Microsoft/hnslib"} {
		if !names[want] {
			t.Errorf("the SBOM lacks %s", want)
		}
	}
}

func checkLicences(t *testing.T, root, exe string) {
	t.Helper()
	modules, err := modulesOf([]string{exe})
	if err != nil {
		t.Fatal(err)
	}
	licences, err := findLicences(context.Background(), root, modules)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, l := range licences {
		have[l.name] = true
	}
	for _, want := range []string{"go/LICENSE", "github.com/containernetworking/cni/LICENSE", "github.com/Microsoft/hnslib/LICENSE"} {
		if !have[want] {
			t.Errorf("the licences lack %s", want)
		}
	}
}

// throwAway creates a self-signed code signing certificate.
func throwAway(t *testing.T, dir string) signing {
	t.Helper()
	key, cert, pfx, password := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "sign.pfx"), filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte("throw away"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=throw away", "-days", "36500",
			"-addext", "extendedKeyUsage=codeSigning", "-keyout", key, "-out", cert},
		{"pkcs12", "-export", "-inkey", key, "-in", cert, "-passout", "file:" + password, "-out", pfx},
	} {
		if out, err := exec.Command("openssl", args...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", args[0], err, out)
		}
	}
	return signing{pfx: pfx, passwordFile: password}
}

func utf16(s string) []byte {
	var b []byte
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The installer downloads the zip under the name that pack gives it, and verifies before it unpacks.
func TestInstaller(t *testing.T) {
	s := settings{root: "../..", version: "v1.2.3"}
	text, err := s.installer()
	if err != nil {
		t.Fatal(err)
	}
	script := string(text)
	last := -1
	for _, step := range []string{"$Version = 'v1.2.3'", `"windows-container-networking-cni-$architecture-$Version.zip"`, "Invoke-WebRequest", "Get-FileHash -Algorithm SHA256",
		"gh.exe attestation verify", "Expand-Archive", "Get-AuthenticodeSignature", "Copy-Item", "'hcnctl.exe') install"} {
		at := strings.Index(script, step)
		if at <= last {
			t.Errorf("%q is missing or out of order", step)
		}
		last = at
	}
	for _, pair := range []string{"{}", "()"} {
		if strings.Count(script, pair[:1]) != strings.Count(script, pair[1:]) {
			t.Errorf("unbalanced %s", pair)
		}
	}
	if strings.Contains(script, "@VERSION@") {
		t.Error("the version is not filled in")
	}
}
