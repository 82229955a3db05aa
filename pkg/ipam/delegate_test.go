package ipam

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/google/go-cmp/cmp"
)

// oddConf is JSON that no decoder writes back as it is.
const oddConf = "{\"cniVersion\":\"1.0.0\" ,\n \"name\":\"net\",\"name2\":1.0,\"ipam\":{\"type\":\"fake\",\"ranges\":[[]]} }\n"

func request(dir string) Request {
	return Request{Plugin: "fake", Stdin: []byte(oddConf), ContainerID: "c1", Netns: "{ns}", IfName: "eth0",
		Args: "K8S_POD_NAME=p;IP=10.0.0.9", Path: dir}
}

const oneAddress = `{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.9/24","gateway":"10.0.0.1"}]}`

// summary holds the parts of a result that these tests compare.
func summary(r *types100.Result) string {
	var parts []string
	for _, ip := range r.IPs {
		parts = append(parts, fmt.Sprintf("%s via %s", ip.Address.String(), ip.Gateway))
	}
	for _, route := range r.Routes {
		parts = append(parts, fmt.Sprintf("to %s via %s", route.Dst.String(), route.GW))
	}
	return strings.Join(append(parts, r.DNS.Nameservers...), ", ")
}

func TestPluginGetsWhatTheRuntimeGave(t *testing.T) {
	t.Setenv("CNI_COMMAND", "ADD")
	t.Setenv("CNI_CONTAINERID", "of the caller")
	dir := install(t, "fake", script{Stdout: oneAddress})
	r := request(dir)
	_, release, err := Client{}.Add(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	verbs := []func(context.Context, Request) error{Client{}.Check, Client{}.GC, Client{}.Status, Client{}.Del}
	for _, verb := range verbs {
		if err := verb(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
	if err := release(t.Context()); err != nil {
		t.Error(err)
	}
	var want []callRecord
	for _, verb := range []string{"ADD", "CHECK", "GC", "STATUS", "DEL", "DEL"} {
		want = append(want, callRecord{verb, "c1", "{ns}", "eth0", r.Args, dir, oddConf})
	}
	if diff := cmp.Diff(want, calls(t, dir, "fake")); diff != "" {
		t.Error(diff)
	}
}

func TestResultsOfEveryVersion(t *testing.T) {
	old := `"ip4":{"ip":"10.0.0.9/24","gateway":"10.0.0.1","routes":[{"dst":"0.0.0.0/0","gw":"10.0.0.1"}]},"ip6":{"ip":"fd00::9/64","gateway":"fd00::1"},"dns":{"nameservers":["10.0.0.53"]}`
	middle := `"ips":[{"version":"4","address":"10.0.0.9/24","gateway":"10.0.0.1"},{"version":"6","address":"fd00::9/64","gateway":"fd00::1"}],"routes":[{"dst":"0.0.0.0/0","gw":"10.0.0.1"}],"dns":{"nameservers":["10.0.0.53"]}`
	both := "10.0.0.9/24 via 10.0.0.1, fd00::9/64 via fd00::1, to 0.0.0.0/0 via 10.0.0.1, 10.0.0.53"
	rows := map[string]struct{ stdout, want string }{
		"0.1.0": {`{"cniVersion":"0.1.0",` + old + `}`, both},
		"0.2.0": {`{"cniVersion":"0.2.0",` + old + `}`, both},
		"0.3.0": {`{"cniVersion":"0.3.0",` + middle + `}`, both},
		"0.3.1": {`{"cniVersion":"0.3.1",` + middle + `}`, both},
		"0.4.0": {`{"cniVersion":"0.4.0",` + middle + `}`, both},
		"1.0.0": {`{"cniVersion":"1.0.0",` + middle + `}`, both},
		"1.1.0": {`{"cniVersion":"1.1.0",` + middle + `}`, both},
		// It has no cniVersion, so it is of the configuration's version.
		"none": {`{` + middle + `}`, both},
		"several of one family": {`{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.9/24"},{"address":"10.1.0.9/16"},{"address":"fd00::9/64"},{"address":"fd01::9/64"}]}`,
			"10.0.0.9/24 via <nil>, 10.1.0.9/16 via <nil>, fd00::9/64 via <nil>, fd01::9/64 via <nil>"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			result, _, err := Client{}.Add(t.Context(), request(install(t, "fake", script{Stdout: row.stdout})))
			if err != nil {
				t.Fatal(err)
			}
			if got := summary(result); got != row.want {
				t.Errorf("got %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestFailedAddIsDeletedAndSaysWhy(t *testing.T) {
	rows := map[string]struct {
		script script
		code   uint
		says   []string
	}{
		"its own code":        {script{Stdout: `{"cniVersion":"1.0.0","code":11,"msg":"pool locked","details":"by x"}`, Exit: 1}, 11, []string{`"fake"`, "ADD", "pool locked", "by x"}},
		"code and stderr":     {script{Stdout: `{"code":120,"msg":"no"}`, Stderr: "panic: boo\n", Exit: 1}, 120, []string{"no", `"panic: boo"`}},
		"stderr only":         {script{Stderr: "cannot open \x01\n", Exit: 3}, 999, []string{"exit status 3", `"cannot open \x01"`}},
		"nothing":             {script{Exit: 2}, 999, []string{"exit status 2"}},
		"no JSON":             {script{Stdout: "<html>", Exit: 1}, 999, []string{`"<html>"`}},
		"JSON, but no error":  {script{Stdout: "{}", Exit: 1}, 999, []string{`"{}"`}},
		"message, no code":    {script{Stdout: `{"msg":"sorry"}`, Exit: 1}, 999, []string{"sorry"}},
		"success, no output":  {script{}, 6, []string{"result"}},
		"success, null":       {script{Stdout: "null"}, 6, []string{"no addresses"}},
		"success, no JSON":    {script{Stdout: "hello"}, 6, []string{"result"}},
		"success, no address": {script{Stdout: `{"cniVersion":"1.0.0","dns":{}}`}, 6, []string{"no addresses"}},
		"null address":        {script{Stdout: `{"cniVersion":"1.0.0","ips":[null]}`}, 6, []string{"ips[0]: null"}},
		"null route":          {script{Stdout: `{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.9/24"}],"routes":[ null ]}`}, 6, []string{"routes[0]: null"}},
		"null interface":      {script{Stdout: `{"cniVersion":"0.3.1","interfaces":[{"name":"a"},null],"ips":[{"version":"4","address":"10.0.0.9/24"}]}`}, 6, []string{"interfaces[1]: null"}},
		"null route of old":   {script{Stdout: `{"cniVersion":"0.2.0","ip4":{"ip":"10.0.0.9/24","routes":[null]}}`}, 6, []string{"ip4.routes[0]: null"}},
		"no pod's address":    {script{Stdout: `{"cniVersion":"1.0.0","ips":[{"address":"224.0.0.9/24"}]}`}, 6, []string{`ips[0].address "224.0.0.9/24"`}},
		"success, bad prefix": {script{Stdout: `{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.9/33"}]}`}, 6, []string{"10.0.0.9/33"}},
		"unknown version":     {script{Stdout: `{"cniVersion":"9.0.0","ips":[]}`}, 6, []string{"9.0.0"}},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			row.script.ByVerb = map[string]script{"DEL": {}}
			dir := install(t, "fake", row.script)
			result, release, err := Client{}.Add(t.Context(), request(dir))
			if err == nil || result != nil || release != nil {
				t.Fatalf("Add = %v, %v, want an error alone", result, err)
			}
			checkError(t, err, row.code, row.says...)
			if got := called(calls(t, dir, "fake")); got != "ADD DEL" {
				t.Errorf("called %s, want ADD DEL", got)
			}
		})
	}
}

func checkError(t *testing.T, err error, code uint, says ...string) {
	t.Helper()
	var e *types.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("%v: code %v, want %d", err, e, code)
	}
	for _, word := range says {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}

func TestPluginThatCannotBeStartedIsNoBadAnswer(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(pluginFile(dir, "fake"), []byte("no executable"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err := Client{}.Add(t.Context(), request(dir))
	var coded *types.Error
	if errors.As(err, &coded) || err == nil || !strings.Contains(err.Error(), "start ") {
		t.Errorf("error %v (%v), want one of starting it, without code", err, coded)
	}
}

func TestFailedCleanUpIsInTheError(t *testing.T) {
	dir := install(t, "fake", script{Exit: 1, Stdout: `{"code":11,"msg":"first"}`,
		ByVerb: map[string]script{"DEL": {Exit: 1, Stdout: `{"code":5,"msg":"second"}`}}})
	_, _, err := Client{}.Add(t.Context(), request(dir))
	checkError(t, err, 11, "ADD", "first", "DEL", "second")
}

// started waits until the plugin has recorded that it was called.
func started(t *testing.T, dir string) {
	t.Helper()
	for len(calls(t, dir, "fake")) == 0 {
		select {
		case <-t.Context().Done():
			t.Fatal("the plugin was never started")
		case <-time.After(time.Millisecond):
		}
	}
}

// A plugin that hangs is killed at the verb's deadline with code 11, whatever the verb, and a failed ADD is still
// cleaned up.
func TestPluginThatHangsIsKilledWithCode11(t *testing.T) {
	verbs := map[string]func(context.Context, Request) error{
		"ADD DEL": func(ctx context.Context, r Request) error { _, _, err := Client{}.Add(ctx, r); return err },
		"CHECK":   Client{}.Check, "GC": Client{}.GC, "STATUS": Client{}.Status, "DEL": Client{}.Del,
	}
	for want, verb := range verbs {
		t.Run(want, func(t *testing.T) {
			s := script{Hang: true, Stderr: "waiting"}
			if want == "ADD DEL" {
				s.ByVerb = map[string]script{"DEL": {}}
			}
			dir := install(t, "fake", s)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			go func() {
				started(t, dir)
				cancel(context.DeadlineExceeded)
			}()
			err := verb(ctx, request(dir))
			checkError(t, err, types.ErrTryAgainLater, "killed", "hnsTimeoutSeconds")
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v hides why the plugin was killed", err)
			}
			if got := called(calls(t, dir, "fake")); got != want {
				t.Errorf("called %s, want %s", got, want)
			}
		})
	}
}

func TestNamesAndPlacesOfPlugins(t *testing.T) {
	dir := install(t, "fake", script{Stdout: oneAddress})
	rows := []struct {
		name, plugin, path string
		inProcess          bool
		says               string
	}{
		{"slash", "../fake", dir, false, `ipam.type "../fake": not the name of an executable`},
		{"backslash", `..\fake`, dir, false, "not the name"},
		{"drive", "C:fake", dir, false, "not the name"},
		{"absolute", dir + "/fake", dir, false, "not the name"},
		{"dots", "fake..", dir, false, "not the name"},
		{"empty", "", dir, false, "not the name"},
		{"control character", "fa\nke", dir, false, "not the name"},
		{"elsewhere", "fake", t.TempDir(), false, `no such executable in CNI_PATH`},
		{"no path", "fake", "", false, `no such executable in CNI_PATH ""`},
		{"in this process", "fake", dir, true, `ipam.inProcess true: only host-local can run in this process, not "fake"`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := request(row.path)
			r.Plugin, r.InProcess = row.plugin, row.inProcess
			_, _, err := Client{}.Add(t.Context(), r)
			checkError(t, err, types.ErrInvalidNetworkConfig, row.says)
			checkError(t, Client{}.Del(t.Context(), r), types.ErrInvalidNetworkConfig, row.says)
		})
	}
	if got := calls(t, dir, "fake"); len(got) != 0 {
		t.Errorf("the plugin was called: %v", got)
	}
	checkError(t, Client{}.Status(t.Context(), request(t.TempDir())), 50, "no such executable")
}

func TestPluginsThatDoNotKnowGCAndStatus(t *testing.T) {
	rows := map[string]struct {
		stdout string
		code   uint // 0: no error
	}{
		"too old for the configuration": {`{"code":1,"msg":"incompatible CNI versions"}`, 0},
		"too old for the verb":          {`{"code":1,"msg":"plugin version does not allow GC"}`, 0},
		"skel before 1.1":               {`{"code":4,"msg":"unknown CNI_COMMAND: GC"}`, 0},
		"skel before 0.8":               {`{"code":100,"msg":"unknown CNI_COMMAND: GC"}`, 0},
		"another missing variable":      {`{"code":4,"msg":"required env variables [CNI_PATH] missing"}`, 4},
		"a real error":                  {`{"code":50,"msg":"no database"}`, 50},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			dir := install(t, "fake", script{Stdout: row.stdout, Exit: 1})
			for _, verb := range []func(context.Context, Request) error{Client{}.GC, Client{}.Status} {
				err := verb(t.Context(), request(dir))
				if row.code != 0 {
					checkError(t, err, row.code)
				} else if err != nil {
					t.Error(err)
				}
			}
			if err := (Client{}).Check(t.Context(), request(dir)); err == nil {
				t.Error("CHECK swallows errors")
			}
			if got := called(calls(t, dir, "fake")); got != "GC STATUS CHECK" {
				t.Errorf("called %s", got)
			}
		})
	}
}
