package cniplugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"unicode/utf8"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/confdoc"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// The project's own CNI error codes; docs/errors.md explains them. Codes below 100 are the
// specification's.
const (
	CodeHNS        = 100 // HNS reported an error, or is unusable
	CodeNetwork    = 101 // a network of that name cannot be used or created
	CodeAttachment = 102 // the name, address or port is in use
	CodeDifference = 103 // CHECK found a difference
	CodeUnhealthy  = 104 // HNS created an endpoint that does not work
	codePanic      = 199 // a bug
)

// catch converts a panic of the function that defers it into an error with the stack.
func catch(err *error) {
	if p := recover(); p != nil {
		*err = types.NewError(codePanic, fmt.Sprintf("panic: %v", p), string(debug.Stack()))
	}
}

// maxError is the maximum size of an error's JSON in bytes. The runtime copies the text into its own events and logs.
const maxError = 4096

// bounded returns the error with message and details cut so that its JSON is within maxError.
func bounded(e *types.Error) *types.Error {
	short := *e
	for share := maxError; size(&short) > maxError; share = share * 7 / 8 {
		short.Msg, short.Details = cut(e.Msg, share), cut(e.Details, share)
	}
	return &short
}

// size returns the length of the error as types.Error.Print writes it.
func size(e *types.Error) int {
	text, err := json.MarshalIndent(e, "", "    ")
	if err != nil {
		return 0 // three plain fields always marshal
	}
	return len(text)
}

// cut keeps the first bytes of a text and appends how many it left out.
func cut(text string, keep int) string {
	if len(text) <= keep {
		return text
	}
	for keep > 0 && !utf8.RuneStart(text[keep]) {
		keep--
	}
	return fmt.Sprintf("%s … (%d more bytes are in the log)", text[:keep], len(text)-keep)
}

// cniError gives an error its CNI code. An IPAM plugin's own error keeps its code and gets the whole error chain as
// details.
func cniError(err error) error {
	if err == nil {
		return nil
	}
	if own, bare := err.(*types.Error); bare { //nolint:errorlint // the error is unchanged
		return own
	}
	var own *types.Error
	if errors.As(err, &own) {
		return types.NewError(own.Code, err.Error(), own.Details)
	}
	return types.NewError(CodeOf(err), err.Error(), "")
}

// CodeOf returns the CNI code of an error. It maps the sentinels, most specific first: an abandoned call is worth a
// retry even if the error around it is more specific.
func CodeOf(err error) uint {
	var own *types.Error
	var problems confdoc.Findings
	var hns *hostnet.Error
	switch {
	case errors.Is(err, hostnet.ErrTryLater), errors.Is(err, hostnet.ErrTransient):
		return types.ErrTryAgainLater
	case errors.As(err, &own):
		return own.Code
	case errors.As(err, &problems):
		return types.ErrInvalidNetworkConfig
	case errors.Is(err, attach.ErrLocks):
		return types.ErrIOFailure
	case errors.Is(err, attach.ErrNetwork):
		return CodeNetwork
	case errors.Is(err, attach.ErrAttachment):
		return CodeAttachment
	case errors.Is(err, attach.ErrDifference):
		return CodeDifference
	case errors.Is(err, attach.ErrUnhealthy):
		return CodeUnhealthy
	case errors.As(err, &hns), errors.Is(err, hostnet.ErrUnavailable):
		return CodeHNS
	}
	return types.ErrInternal
}
