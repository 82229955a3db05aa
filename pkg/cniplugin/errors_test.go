package cniplugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// TestCodes: every kind of error gets its CNI code, however deeply it is wrapped, and the most specific one if several
// are joined.
func TestCodes(t *testing.T) {
	refused := &hostnet.Error{API: "HcnCreateEndpoint", Code: hostnet.CodeInvalidPolicy}
	rows := []struct {
		err  error
		want uint
	}{
		{confdoc.Findings{{Path: "ipam.subnet", Message: `"x": not a CIDR`}}, 7},
		{fmt.Errorf("step: %w", refused), CodeHNS},
		{fmt.Errorf("%w: no DLL", hostnet.ErrUnavailable), CodeHNS},
		{fmt.Errorf("%w: %w", hostnet.ErrTryLater, refused), 11},
		{&hostnet.Error{Code: hostnet.CodeManagerStopped}, 11},
		{fmt.Errorf("%w: type differs", attach.ErrNetwork), CodeNetwork},
		{fmt.Errorf("%w: no such directory", attach.ErrLocks), types.ErrIOFailure},
		{fmt.Errorf("%w; %w", refused, attach.ErrAttachment), CodeAttachment},
		{fmt.Errorf("%w: dns", attach.ErrDifference), CodeDifference},
		{fmt.Errorf("%w: again", attach.ErrUnhealthy), CodeUnhealthy},
		{fmt.Errorf("delegate: %w", types.NewError(11, "busy", "")), 11},
		{fmt.Errorf("delegate: %w", types.NewError(120, "full", "")), 120},
		{errors.New("something else"), types.ErrInternal},
	}
	for _, row := range rows {
		var got *types.Error
		if !errors.As(cniError(row.err), &got) || got.Code != row.want || !strings.Contains(got.Msg+got.Details, row.err.Error()[:5]) {
			t.Errorf("%v: got %+v, want code %d", row.err, got, row.want)
		}
	}
	if cniError(nil) != nil {
		t.Error("no error became one")
	}
}

// TestOwnErrorUnchanged: an IPAM plugin's error to which nothing was added is passed on unchanged.
func TestOwnErrorUnchanged(t *testing.T) {
	own := types.NewError(120, "pool is full", "10.0.0.0/24")
	if got := cniError(own); got != error(own) {
		t.Errorf("got %+v", got)
	}
}

// TestPanicIsAnError: a bug ends in a CNI error with the stack, and in a line of the log, not in a crash
// without JSON.
func TestPanicIsAnError(t *testing.T) {
	t.Setenv("HCNEMU_DIR", t.TempDir())
	logFile := filepath.Join(t.TempDir(), "nat.log")
	stdin, err := json.Marshal(map[string]string{"cniVersion": "1.1.0", "name": "nat", "type": "nat", "logFile": logFile})
	if err != nil {
		t.Fatal(err)
	}
	run := verb(attach.NAT, "STATUS", func(context.Context, *attach.Attacher, *netconf.Config) error { panic("a bug") })
	err = run(&skel.CmdArgs{StdinData: stdin})
	var got *types.Error
	if !errors.As(err, &got) || got.Code != codePanic || !strings.Contains(got.Msg, "a bug") || !strings.Contains(got.Details, "TestPanicIsAnError") {
		t.Errorf("got %+v", err)
	}
	line, err := os.ReadFile(logFile)
	if err != nil || !strings.Contains(string(line), `"code":199`) || !strings.Contains(string(line), "TestPanicIsAnError") {
		t.Errorf("the log has %q, %v; want a line with the code and the stack", line, err)
	}
}

// TestErrorsAreBounded: the JSON of any error has at most 4 KiB, is valid, and contains the beginning of the text and
// the number of bytes left out.
func TestErrorsAreBounded(t *testing.T) {
	long := map[string]*types.Error{
		"short":          types.NewError(7, "wrong", "details"),
		"message":        types.NewError(7, strings.Repeat("x", 100_000), ""),
		"details":        types.NewError(199, "panic", strings.Repeat("stack\n", 10_000)),
		"both":           types.NewError(7, strings.Repeat("m", 5000), strings.Repeat("d", 5000)),
		"control":        types.NewError(7, strings.Repeat("\x01", 50_000), strings.Repeat("\x02", 50_000)),
		"several bytes":  types.NewError(7, strings.Repeat("é所😀", 5000), ""),
		"invalid":        types.NewError(7, strings.Repeat("\xff", 5000), ""),
		"just too large": types.NewError(7, strings.Repeat("x", 4097), ""),
	}
	for name, e := range long {
		got := bounded(e)
		if n := size(got); n > maxError || n < 100 && name != "short" {
			t.Errorf("%s: %d bytes", name, n)
		}
		if name == "short" {
			if *got != *e {
				t.Errorf("%s: changed to %+v", name, got)
			}
			continue
		}
		if !strings.Contains(got.Msg+got.Details, "more bytes") || got.Code != e.Code || !strings.HasPrefix(e.Msg, got.Msg[:4]) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
