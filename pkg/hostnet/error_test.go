package hostnet_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func TestHRESULTAndWin32AreOneCode(t *testing.T) {
	rows := map[uint32]hostnet.Code{
		0x80070490: hostnet.CodeElementNotFound,
		0x490:      hostnet.CodeElementNotFound,
		0x800706ba: hostnet.CodeRPCServerUnavailable,
		0x803b0001: hostnet.CodeNetworkNotFound,
		0x80004005: hostnet.CodeFail,
		0xc0070490: hostnet.CodeElementNotFound,
		0xa0070005: hostnet.CodeAccessDenied,
		0x00070022: hostnet.CodeWrongDisk,
		0x8007001f: hostnet.CodeGenFailure,
		0xc03b0001: 0xc03b0001, // HCN's own facility is kept unchanged
		0x80070000: 0,
	}
	for hr, want := range rows {
		if got := hostnet.MakeCode(hr); got != want {
			t.Errorf("MakeCode(%#x) = %v, want %v", hr, got, want)
		}
	}
}

func TestSentinelsFollowTheClass(t *testing.T) {
	sentinels := map[hostnet.Class]error{
		hostnet.NotFound: hostnet.ErrNotFound, hostnet.Exists: hostnet.ErrExists, hostnet.Transient: hostnet.ErrTransient,
	}
	all := []error{hostnet.ErrNotFound, hostnet.ErrExists, hostnet.ErrTransient, hostnet.ErrTryLater, hostnet.ErrNoAnswer, hostnet.ErrUnavailable}
	for _, code := range append(hostnet.Codes(), 0xdead) {
		err := fmt.Errorf("step: %w", &hostnet.Error{API: "HcnX", Code: code})
		for _, sentinel := range all {
			if got, want := errors.Is(err, sentinel), sentinel == sentinels[code.Class()]; got != want {
				t.Errorf("%v (%v): is %q = %v", code, code.Class(), sentinel, got)
			}
		}
		if got := hostnet.CodeOf(err); got != code {
			t.Errorf("CodeOf = %v, want %v", got, code)
		}
	}
	if got := hostnet.CodeOf(errors.New("other")); got != 0 {
		t.Errorf("CodeOf another error = %v", got)
	}
}

func TestErrorText(t *testing.T) {
	rows := map[string]*hostnet.Error{
		"HcnX: 0xdead": {API: "HcnX", Code: 0xdead},
		"HcnX: HCN_E_NETWORK_NOT_FOUND (0x803b0001)":                                                            {API: "HcnX", Code: hostnet.CodeNetworkNotFound},
		`HcnX: HCN_E_NETWORK_NOT_FOUND (0x803b0001): {"Error":"x"}`:                                             {API: "HcnX", Code: hostnet.CodeNetworkNotFound, Detail: `{"Error":"x"}`},
		"HcnX: HCN_E_GUID_CONVERSION_FAILURE (0x803b0019): d (not a GUID; CNI_NETNS must be an HCN namespace)":  {API: "HcnX", Code: hostnet.CodeGUIDConversionFailure, Detail: "d"},
		"HNSCall: HCN_E_MANAGER_STOPPED (0x803b0020) (HNS is restarting and did not process the call)":          {API: "HNSCall", Code: hostnet.CodeManagerStopped},
		"HcnCreateEndpoint: ERROR_SHARING_VIOLATION (0x20) (the port of the host is in use by another program)": {API: "HcnCreateEndpoint", Code: hostnet.CodeSharingViolation},
	}
	for want, err := range rows {
		if got := err.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
