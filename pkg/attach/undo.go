package attach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// undo holds the functions that undo the steps done so far.
type undo struct {
	steps []undoStep
}

type undoStep struct {
	what string
	f    func(context.Context) error
	// last steps are undone only if everything newer was: no address may be released while an endpoint may still have
	// it.
	last bool
}

func (u *undo) push(what string, f func(context.Context) error) {
	u.steps = append(u.steps, undoStep{what: what, f: f})
}

func (u *undo) pushLast(what string, f func(context.Context) error) {
	u.steps = append(u.steps, undoStep{what: what, f: f, last: true})
}

// run undoes the steps, newest first, and continues after an error. It has its own deadline, because the verb's may
// have passed. The error is cause, joined with the errors of the undo. If HNS did not answer, the last steps are left
// for DEL: HNS may still carry the call out.
func (u *undo) run(ctx context.Context, grace time.Duration, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	errs := []error{cause}
	for i := len(u.steps) - 1; i >= 0; i-- {
		step := u.steps[i]
		if step.last && (len(errs) > 1 || errors.Is(cause, hostnet.ErrNoAnswer)) {
			errs = append(errs, fmt.Errorf("left for DEL: %s", step.what))
			continue
		}
		if err := step.f(ctx); err != nil {
			errs = append(errs, fmt.Errorf("left for DEL: %s: %w", step.what, err))
		}
	}
	return errors.Join(errs...)
}
