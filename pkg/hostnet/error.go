package hostnet

import (
	"errors"
	"fmt"
)

// Sentinels for errors.Is. Only ErrNotFound means that an object is absent.
var (
	ErrNotFound  = errors.New("not found")
	ErrExists    = errors.New("already exists")
	ErrTransient = errors.New("host network service is busy or restarting")
	// ErrTryLater is a call that was abandoned at its deadline: it hung, or its error stayed transient.
	ErrTryLater = errors.New("gave up waiting for the host network service")
	// ErrNoAnswer comes with ErrTryLater when the last call hung: HNS may still carry it out.
	ErrNoAnswer = errors.New("no answer")
	// ErrUnavailable is a host without a usable service: DLL or export missing, or too old.
	ErrUnavailable = errors.New("host network service is not usable")
)

// Error is an error of the host network service.
type Error struct {
	API    string // the function that failed: HcnCreateEndpoint
	Code   Code
	Detail string // further text from the service, often a JSON error record; may be empty
	// NotListed marks the not-found of a lookup by name or ID whose enumeration succeeded and did not list the object.
	// Every other not-found code concerns an object that existed a moment before.
	NotListed bool
}

// Error returns the function, the code with its symbolic name, the service's text and a hint.
func (e *Error) Error() string {
	msg := fmt.Sprintf("%s: %s", e.API, e.Code)
	if e.Detail != "" {
		msg += ": " + e.Detail
	}
	if hint := e.Code.Hint(); hint != "" {
		msg += " (" + hint + ")"
	}
	return msg
}

// Is makes errors.Is(err, ErrNotFound) and the like follow from the code's class.
func (e *Error) Is(target error) bool {
	switch e.Code.Class() {
	case NotFound:
		return target == ErrNotFound
	case Exists:
		return target == ErrExists
	case Transient:
		return target == ErrTransient
	}
	return false
}

// CodeOf returns the HCN code in err, or 0.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}
