package hcnemu

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// refusal is a "no" of the emulated HNS: its code, and why in words.
type refusal struct {
	code hostnet.Code
	why  string
}

func (r *refusal) Error() string { return fmt.Sprintf("%s: %s", r.code, r.why) }

// refuse makes a refusal.
func refuse(code hostnet.Code, format string, args ...any) error {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// HRESULT returns the code as the functions of computenetwork.dll return it.
func HRESULT(code hostnet.Code) uint32 {
	if code != 0 && code < 0x10000 {
		return 0x80070000 | uint32(code)
	}
	return uint32(code)
}

// notListed is the error of a lookup whose enumeration did not list the object.
func notListed(kind Kind, code hostnet.Code, format string, args ...any) error {
	why := fmt.Sprintf(format, args...)
	record := mustJSON(errorRecord{Error: why, ErrorCode: HRESULT(code)})
	return &hostnet.Error{API: kind.enumerateAPI(), Code: code, Detail: record, NotListed: true}
}

// errorRecord is the JSON document that HNS gives beside a failure.
type errorRecord struct {
	Success   bool
	Error     string
	ErrorCode uint32
}

// asError turns what went wrong inside a call into what the caller sees. What is not a refusal is a
// fault of the emulator itself (disk full, state directory gone): E_FAIL with the reason.
func asError(api string, err error) error {
	if err == nil {
		return nil
	}
	r := &refusal{hostnet.CodeFail, err.Error()}
	errors.As(err, &r)
	record, err := json.Marshal(errorRecord{Error: r.why, ErrorCode: HRESULT(r.code)})
	if err != nil {
		record = nil // three plain fields always marshal
	}
	return &hostnet.Error{API: api, Code: r.code, Detail: string(record)}
}
