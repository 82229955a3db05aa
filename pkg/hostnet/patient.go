package hostnet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Patience with the service: waits between tries grow from firstPause to longestPause, with jitter so
// that the plugins of one node do not knock together.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = 2 * time.Second
	briefTries   = 4
)

// Patient is a Service that tries transient errors again until its context ends, and gives a call up
// at that moment even if the call hangs. Every error then says what was being done.
//
// What creates something is tried once only, for a lost answer would make it twice: the caller looks
// again and decides (see Retry).
type Patient struct {
	service Service
	calls   *int
}

// NewPatient returns a patient view of the service.
func NewPatient(service Service) *Patient { return &Patient{service: service, calls: new(int)} }

var _ Service = (*Patient)(nil)

// Calls returns how many HCN functions the answered calls stand for, Open and Close included.
func (p *Patient) Calls() int { return *p.calls }

// The HCN functions behind each method, as the bindings call them.
const (
	callsOfEnumerate      = 1 // and callsOfGet for each object found
	callsOfGet            = 3 // open, query, close
	callsOfCreate         = 3 // create, query, close
	callsOfCreateEndpoint = 5 // the same, and open and close of the network
	callsOfModify         = 4 // open, modify, query, close
	callsOfDelete         = 1
	callsOfVersion        = 1
)

// Retry runs f until it succeeds, its error is neither transient nor a vanished object, or ctx ends.
// A brief error (see Class) is tried a few times only.
func Retry[T any](ctx context.Context, f func() (T, error)) (T, error) {
	pause := firstPause
	var before error // what the service said when it last answered
	for try := 1; ; try++ {
		v, err := f()
		if before != nil && errors.Is(err, ErrTryLater) {
			return v, fmt.Errorf("%w; before that: %w", err, before)
		}
		if err == nil || !worthAnother(err, try) {
			return v, err
		}
		if wait(ctx, pause) != nil {
			return v, fmt.Errorf("%w: %w", ErrTryLater, err)
		}
		before, pause = err, min(2*pause, longestPause)
	}
}

func worthAnother(err error, try int) bool {
	if errors.Is(err, ErrTryLater) {
		return false
	}
	return errors.Is(err, ErrTransient) || CodeOf(err).Class() == Brief && try < briefTries
}

// wait pauses for between half of d and d, or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d/2))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// abandon runs f and returns when it does or when ctx ends, whichever is first. A call that hangs is
// left behind; it dies with the process. Once ctx has ended no call is begun.
func abandon[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type answer struct {
		v   T
		err error
	}
	if ctx.Err() != nil {
		var none T
		return none, fmt.Errorf("%w: not tried: %w", ErrTryLater, context.Cause(ctx))
	}
	answers := make(chan answer, 1)
	go func() {
		v, err := f()
		answers <- answer{v, err}
	}()
	select {
	case a := <-answers:
		return a.v, a.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("%w: %w: %w", ErrTryLater, ErrNoAnswer, context.Cause(ctx))
	}
}

// once makes one call, says what it was for, and counts it.
func once[T any](ctx context.Context, p *Patient, calls func(T) int, f func() (T, error), format string, args ...any) (T, error) {
	v, err := abandon(ctx, f)
	if err != nil {
		return v, fmt.Errorf(format+": %w", append(args, err)...)
	}
	*p.calls += calls(v)
	return v, nil
}

// again makes a call until it is answered. What it does must be the same done twice.
func again[T any](ctx context.Context, p *Patient, calls func(T) int, f func() (T, error), format string, args ...any) (T, error) {
	return Retry(ctx, func() (T, error) { return once(ctx, p, calls, f, format, args...) })
}

func cost[T any](calls int) func(T) int { return func(T) int { return calls } }

func listCost[T any](list []T) int { return callsOfEnumerate + callsOfGet*len(list) }

// list makes a call that enumerates. The bindings fail the whole list when one object vanishes
// between the enumeration and its query, so not-found means: list again.
func list[T any](ctx context.Context, p *Patient, f func(context.Context) ([]T, error), format string, args ...any) ([]T, error) {
	return Retry(ctx, func() ([]T, error) {
		v, err := once(ctx, p, listCost[T], func() ([]T, error) { return f(ctx) }, format, args...)
		if errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("%w: the list changed while it was read: %v", ErrTransient, err)
		}
		return v, err
	})
}

// absences is how many enumerations in a row must lack an object before it is absent.
const absences = 2

// find makes a call that finds one object: it enumerates, and reads what it found. Absent is what two
// enumerations in a row lack, for one may be that of an HNS that restarts (k8s#139519). What was enumerated,
// and vanished before it was read, is looked up again.
func find[T any](ctx context.Context, p *Patient, f func() (T, error), format string, args ...any) (T, error) {
	lacking := 0
	return Retry(ctx, func() (T, error) {
		v, err := once(ctx, p, cost[T](callsOfEnumerate+callsOfGet), f, format, args...)
		var refused *Error
		switch {
		case !errors.Is(err, ErrNotFound) || !errors.As(err, &refused):
			return v, err
		case !strings.HasPrefix(refused.API, "HcnEnumerate"):
			lacking = 0
			return v, fmt.Errorf("%w: it vanished while it was read: %v", ErrTransient, err)
		}
		*p.calls += callsOfEnumerate
		if lacking++; lacking < absences {
			return v, fmt.Errorf("%w: one enumeration does not have it: %v", ErrTransient, err)
		}
		return v, err
	})
}

// done adapts a call without a result.
func done(f func() error) func() (struct{}, error) {
	return func() (struct{}, error) { return struct{}{}, f() }
}
