package hnshost

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/Microsoft/hnslib/hcn"
	"golang.org/x/sys/windows"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// translate converts any error of the bindings to a *hostnet.Error, or to hostnet.ErrUnavailable if a DLL or one of its
// functions is missing.
func translate(api string, err error) error {
	if err == nil {
		return nil
	}
	if missing := missingIn(err); missing != nil {
		return fmt.Errorf("%w: %w", hostnet.ErrUnavailable, missing)
	}
	if refusal := refusalIn(err); refusal != nil {
		return refusal
	}
	return &hostnet.Error{API: api, Code: codeOfUsage(err), Detail: err.Error(), NotListed: hcn.IsNotFoundError(err)}
}

// missingIn returns the missing part of Windows, if that is the error. A missing DLL is reported as a plain code
// without its name, which could also be an answer of HNS: hence the check.
func missingIn(err error) error {
	var dll *windows.DLLError
	if errors.As(err, &dll) {
		return dll
	}
	if refusal := refusalIn(err); refusal != nil {
		switch windows.Errno(refusal.Code) {
		case windows.ERROR_MOD_NOT_FOUND, windows.ERROR_PROC_NOT_FOUND, windows.ERROR_BAD_EXE_FORMAT:
			return findMissing()
		}
	}
	return nil
}

// refusalIn returns HNS's error, or nil if the error comes from the bindings themselves. The type of most errors is
// internal to the bindings, and only the cause is accessible: the function's name and HNS's text are in the message,
// "<function> failed in Win32: <cause> (<code>) <words>".
func refusalIn(err error) *hostnet.Error {
	wrapper := new(hcn.HcnError)
	inner := wrapper.HnsError
	if errors.As(err, &wrapper) {
		inner = wrapper.HnsError
	} else if !errors.As(err, &inner) {
		return nil
	}
	code := uint32(windows.ERROR_GEN_FAILURE)
	var errno windows.Errno
	if errors.As(inner.Err, &errno) {
		code = uint32(errno)
	}
	function, words, _ := strings.Cut(inner.Error(), fmt.Sprintf("failed in Win32: %s (0x%x)", inner.Err, code))
	refusal := &hostnet.Error{API: apiName(function), Code: hostnet.MakeCode(code), Detail: strings.TrimSpace(words)}
	if errno == 0 {
		refusal.Code = codeOfRecord(refusal.Detail)
	}
	return refusal
}

// apiName returns the DLL's name of a function: hcnOpenNetwork is HcnOpenNetwork.
func apiName(function string) string {
	function = strings.TrimSpace(function)
	if function == "hnsCall" {
		return "HNSCall"
	}
	if function == "" {
		return "HCN"
	}
	return strings.ToUpper(function[:1]) + function[1:]
}

// codeOfRecord returns the code in HNS's error record, for calls that succeeded but returned one.
func codeOfRecord(record string) hostnet.Code {
	var fields struct{ ErrorCode uint32 }
	if json.Unmarshal([]byte(record), &fields) != nil || fields.ErrorCode == 0 {
		return hostnet.CodeFail
	}
	return hostnet.MakeCode(fields.ErrorCode)
}

// codeOfUsage returns the nearest HCN code for errors of the bindings themselves, by their types.
func codeOfUsage(err error) hostnet.Code {
	var noNetwork hcn.NetworkNotFoundError
	var noEndpoint hcn.EndpointNotFoundError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &noNetwork):
		return hostnet.CodeNetworkNotFound
	case errors.As(err, &noEndpoint):
		return hostnet.CodeEndpointNotFound
	case hcn.IsNotFoundError(err):
		return hostnet.CodeElementNotFound
	case errors.As(err, &syntax), errors.As(err, &kind):
		return hostnet.CodeInvalidJSON
	}
	return hostnet.CodeFail
}
