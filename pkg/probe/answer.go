// Package probe turns every assumption of the emulator into a question to a real HNS: the HCN calls that ask it, and
// the expected answer of each HNS version. `hcnctl probe` asks the HNS of the node that it runs on, `make probes` asks
// the emulator, and pkg/hcnemu/FIDELITY.md is generated from the same table.
package probe

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// Answer is HNS's answer: "ok", an error code such as "0x803b0010", or a value in a document.
type Answer string

// OK is the answer of a call that HNS carried out.
const OK Answer = "ok"

// Refused is the answer of a call that failed with a code.
func Refused(code hostnet.Code) Answer { return Answer(code.Hex()) }

// answerOf returns the answer for the error of a call. It reports false for an error that did not come from HNS.
func answerOf(err error) (Answer, bool) {
	if err == nil {
		return OK, true
	}
	code := hostnet.CodeOf(err)
	return Refused(code), code != 0
}
