package refusal

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Refusal is an error of the emulated HNS: its code, and the reason as text.
type Refusal struct {
	Code hostnet.Code
	why  string
}

// Error returns the code and the reason.
func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: %s %s", r.Code, sentence(r.Code, ""), r.why)
}

// Plain returns a refusal with only a code.
func Plain(code hostnet.Code) error { return &Refusal{Code: code} }

// With returns a refusal with a message.
func With(code hostnet.Code, format string, args ...any) error {
	return &Refusal{code, fmt.Sprintf(format, args...)}
}

// HRESULT returns the code as the functions of computenetwork.dll return it.
func HRESULT(code hostnet.Code) uint32 {
	if code != 0 && code < 0x10000 {
		return 0x80070000 | uint32(code)
	}
	return uint32(code)
}

// errorRecord is the JSON document that HNS returns with a failure.
type errorRecord struct {
	Success   bool
	Error     string // the system's sentence for the code, which ends in a space
	ErrorCode uint32
	Emulator  string `json:",omitempty"` // the reason, which a real HNS does not return
}

// AsError converts an error inside a call into the error that the caller sees. An error that is not a Refusal is a
// fault of the emulator itself (disk full, state directory deleted): E_FAIL with the reason. No program may parse the
// text: it is in the language of the system.
func AsError(api string, err error, language string) error {
	if err == nil {
		return nil
	}
	r := &Refusal{hostnet.CodeFail, err.Error()}
	errors.As(err, &r)
	answer := errorRecord{Error: sentence(r.Code, language) + " ", ErrorCode: HRESULT(r.Code), Emulator: r.why}
	if r.Code == hostnet.CodeInvalidJSONReference {
		answer.Error, answer.Emulator = answer.Error+r.why, "" // HNS itself returns this reason (k8s#100384)
	}
	record, err := json.Marshal(answer)
	if err != nil {
		record = nil // plain fields always marshal
	}
	return &hostnet.Error{API: api, Code: r.Code, Detail: string(record)}
}
