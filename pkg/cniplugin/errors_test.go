package cniplugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

// TestCodes: every kind of error gets its CNI code, however deep it is wrapped, and the most telling
// one where several are joined.
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

// TestOwnErrorUnchanged: a plugin's error that nothing was added to is passed on as it is.
func TestOwnErrorUnchanged(t *testing.T) {
	own := types.NewError(120, "pool is full", "10.0.0.0/24")
	if got := cniError(own); got != error(own) {
		t.Errorf("got %+v", got)
	}
}

// TestPanicIsAnError: a bug ends in a CNI error with the stack, not in a crash without JSON.
func TestPanicIsAnError(t *testing.T) {
	t.Setenv("HCNEMU_DIR", t.TempDir())
	run := verb(attach.NAT, "STATUS", func(context.Context, *attach.Attacher, *netconf.Config) error { panic("a bug") })
	err := run(&skel.CmdArgs{StdinData: []byte(`{"cniVersion": "1.1.0", "name": "nat", "type": "nat"}`)})
	var got *types.Error
	if !errors.As(err, &got) || got.Code != codePanic || !strings.Contains(got.Msg, "a bug") || !strings.Contains(got.Details, "TestPanicIsAnError") {
		t.Errorf("got %+v", err)
	}
}
