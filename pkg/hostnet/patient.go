package hostnet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// Retries: pauses grow from firstPause to longestPause, with jitter so that the plugins of one node do not all retry at
// the same moment.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = 2 * time.Second
	briefTries   = 4
)

// Patient is a Service that retries transient errors until its context ends, and then abandons even a call that hangs.
// Every error names the step.
//
// Calls that create something are made only once, because a retry after a lost answer would create a duplicate: the
// caller checks before it repeats one (see RetryAfterLook).
type Patient struct {
	service Service
	calls   *int
}

// NewPatient returns a patient view of the service.
func NewPatient(service Service) *Patient { return &Patient{service: service, calls: new(int)} }

var _ Service = (*Patient)(nil)

// Calls returns the number of HCN functions behind the answered calls, including Open and Close.
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

// Retry runs f until it succeeds, its error is neither transient nor a vanished object, or ctx ends. A brief error (see
// Class) is retried a few times only.
func Retry[T any](ctx context.Context, f func() (T, error)) (T, error) {
	var v T
	err := retry(ctx, func() (err error) {
		v, err = f()
		return err
	})
	return v, err
}

// retry is Retry for a call that keeps its result; one copy of it serves all types.
func retry(ctx context.Context, f func() error) error {
	pause := firstPause
	var before error // the service's last answer
	for try := 1; ; try++ {
		err := f()
		if before != nil && errors.Is(err, ErrTryLater) {
			return fmt.Errorf("%w; before that: %w", err, before)
		}
		if err == nil || !worthAnother(err, try) {
			return err
		}
		if wait(ctx, pause) != nil {
			return fmt.Errorf("%w: %w", ErrTryLater, err)
		}
		before, pause = err, min(2*pause, longestPause)
	}
}

// RetryAfterLook is Retry for a call that must not be repeated blindly, because the lost answer may have been a
// success. Before every retry look reports whether the call has succeeded after all, and its result; an error of look
// counts as one of the call.
func RetryAfterLook[T any](ctx context.Context, look func() (v T, done bool, err error), call func() (T, error)) (T, error) {
	tried := false
	return Retry(ctx, func() (T, error) {
		if tried {
			if v, done, err := look(); done || err != nil {
				return v, err
			}
		}
		tried = true
		return call()
	})
}

func worthAnother(err error, try int) bool {
	if errors.Is(err, ErrTryLater) {
		return false
	}
	return errors.Is(err, ErrTransient) || CodeOf(err).Class() == Brief && try < briefTries
}

// wait pauses for between half of d and d, or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d/2)) // #nosec G404 -- a pause is not a secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// abandon runs f and returns when it does or when ctx ends, whichever is first. A call that hangs continues in the
// background; it ends with the process. Once ctx has ended, abandon does not start f. A panic of f becomes a panic of
// the caller, with the stack of f. It has no type parameter, so that one copy serves all types.
func abandon(ctx context.Context, f func() (any, error)) (any, error) {
	type answer struct {
		v     any
		err   error
		panic any
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: not tried: %w", ErrTryLater, context.Cause(ctx))
	}
	answers := make(chan answer, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				answers <- answer{panic: fmt.Sprintf("%v\n%s", p, debug.Stack())}
			}
		}()
		v, err := f()
		answers <- answer{v: v, err: err}
	}()
	select {
	case a := <-answers:
		if a.panic != nil {
			panic(a.panic)
		}
		return a.v, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w: %w", ErrTryLater, ErrNoAnswer, context.Cause(ctx))
	}
}

// once makes one call, adds its purpose to an error, and counts it.
func once[T any](ctx context.Context, p *Patient, calls func(T) int, f func() (T, error), format string, args ...any) (T, error) {
	answer, err := named(ctx, func() (any, error) { return f() }, format, args)
	v, _ := answer.(T) // the zero value if there is no answer
	if err == nil {
		*p.calls += calls(v)
	}
	return v, err
}

// named is abandon with the purpose of the call added to an error.
func named(ctx context.Context, f func() (any, error), format string, args []any) (any, error) {
	v, err := abandon(ctx, f)
	if err != nil {
		err = fmt.Errorf(format+": %w", append(args, err)...)
	}
	return v, err
}

// again retries a call until it is answered. The call must be idempotent.
func again[T any](ctx context.Context, p *Patient, calls func(T) int, f func() (T, error), format string, args ...any) (T, error) {
	return Retry(ctx, func() (T, error) { return once(ctx, p, calls, f, format, args...) })
}

func cost[T any](calls int) func(T) int { return func(T) int { return calls } }

func listCost[T any](list []T) int { return callsOfEnumerate + callsOfGet*len(list) }

// list makes a call that enumerates. The bindings fail the whole list if one object is deleted between the enumeration
// and its query, so not-found means: list again.
func list[T any](ctx context.Context, p *Patient, f func(context.Context) ([]T, error), format string, args ...any) ([]T, error) {
	return Retry(ctx, func() ([]T, error) {
		v, err := once(ctx, p, listCost[T], func() ([]T, error) { return f(ctx) }, format, args...)
		return v, listAgain(err)
	})
}

func listAgain(err error) error {
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w: the list changed while it was read: %v", ErrTransient, err)
	}
	return err
}

// absences is the number of consecutive enumerations that must lack an object before it counts as absent.
const absences = 2

// find makes a call that looks up one object: it enumerates, and reads what it found. An object counts as absent if two
// consecutive enumerations do not list it, because one may come from a restarting HNS (k8s#139519). One that was listed
// but deleted before it was read is looked up again.
func find[T any](ctx context.Context, p *Patient, f func() (T, error), format string, args ...any) (T, error) {
	lacking := 0
	return Retry(ctx, func() (T, error) {
		v, err := once(ctx, p, cost[T](callsOfEnumerate+callsOfGet), f, format, args...)
		var refused *Error
		switch {
		case !errors.Is(err, ErrNotFound) || !errors.As(err, &refused):
			return v, err
		case !refused.NotListed:
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
