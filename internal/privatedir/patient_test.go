package privatedir

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestPatienceEndsWithSuccessAnotherErrorOrItself(t *testing.T) {
	held, other := errors.New("held"), errors.New("other")
	for name, row := range map[string]struct {
		last   error
		after  time.Duration
		waited time.Duration
	}{
		"released":      {nil, 3 * between, 3 * between},
		"another error": {other, between, between},
		"never":         {nil, time.Hour, patience},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				err := patiently(func(err error) bool { return err == held }, func() error {
					if time.Since(start) < row.after {
						return held
					}
					return row.last
				})
				want := row.last
				if row.after > patience {
					want = held
				}
				if waited := time.Since(start); err != want || waited != row.waited {
					t.Errorf("%v after %v, want %v after %v", err, waited, want, row.waited)
				}
			})
		})
	}
}
