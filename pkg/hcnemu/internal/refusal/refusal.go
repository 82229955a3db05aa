package refusal

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Refusal is a "no" of the emulated HNS: its code, and why in words.
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

// errorRecord is the JSON document that HNS gives beside a failure.
type errorRecord struct {
	Success   bool
	Error     string // the system's sentence for the code, which ends in a space
	ErrorCode uint32
	Emulator  string `json:",omitempty"` // the reason, which a real HNS does not give
}

// AsError turns what went wrong inside a call into what the caller sees. What is not a refusal is a
// fault of the emulator itself (disk full, state directory gone): E_FAIL with the reason. Nothing may read the
// text: it is in the language of the system.
func AsError(api string, err error, language string) error {
	if err == nil {
		return nil
	}
	r := &Refusal{hostnet.CodeFail, err.Error()}
	errors.As(err, &r)
	answer := errorRecord{Error: sentence(r.Code, language) + " ", ErrorCode: HRESULT(r.Code), Emulator: r.why}
	if r.Code == hostnet.CodeInvalidJSONReference {
		answer.Error, answer.Emulator = answer.Error+r.why, "" // HNS gives this reason itself (k8s#100384)
	}
	record, err := json.Marshal(answer)
	if err != nil {
		record = nil // plain fields always marshal
	}
	return &hostnet.Error{API: api, Code: r.Code, Detail: string(record)}
}
