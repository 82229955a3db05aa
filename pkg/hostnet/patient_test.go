package hostnet_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// scripted answers its n-th call with the n-th error, and further calls with the last one.
type scripted struct {
	hostnet.Service
	errs  []error
	tries []time.Time
	hang  chan struct{} // if not nil, calls wait for it
}

func (s *scripted) next() error {
	s.tries = append(s.tries, time.Now())
	if s.hang != nil {
		<-s.hang
	}
	return s.errs[min(len(s.tries), len(s.errs))-1]
}

func (s *scripted) DeleteEndpoint(context.Context, string) error { return s.next() }

func (s *scripted) EndpointsByName(context.Context, string) ([]hcnspec.Endpoint, error) {
	return []hcnspec.Endpoint{{ID: "e1"}, {ID: "e2"}}, s.next()
}

func (s *scripted) CreateEndpoint(context.Context, *hcnspec.Endpoint) (*hcnspec.Endpoint, error) {
	return &hcnspec.Endpoint{}, s.next()
}

func (s *scripted) NetworkByName(context.Context, string) (*hcnspec.Network, error) {
	return &hcnspec.Network{}, s.next()
}

func refusal(code hostnet.Code) error { return &hostnet.Error{API: "HcnX", Code: code} }

var (
	transient = refusal(hostnet.CodeManagerStopped)
	brief     = refusal(hostnet.CodePortAlreadyExists)
	absent    = refusal(hostnet.CodeEndpointNotFound)
	permanent = refusal(hostnet.CodeInvalidIP)
)

func TestWhatIsTriedAgain(t *testing.T) {
	remove := func(ctx context.Context, p *hostnet.Patient) error { return p.DeleteEndpoint(ctx, "e1") }
	list := func(ctx context.Context, p *hostnet.Patient) error {
		_, err := p.EndpointsByName(ctx, "pod")
		return err
	}
	find := func(ctx context.Context, p *hostnet.Patient) error {
		_, err := p.NetworkByName(ctx, "nat")
		return err
	}
	vanished := &hostnet.Error{API: "HcnOpenNetwork", Code: hostnet.CodeNetworkNotFound}
	notListed := &hostnet.Error{API: "HcnEnumerateNetworks", Code: hostnet.CodeNetworkNotFound, NotListed: true}
	enumerate := &hostnet.Error{API: "HcnEnumerateNetworks", Code: hostnet.CodeNetworkNotFound}
	create := func(ctx context.Context, p *hostnet.Patient) error {
		_, err := p.CreateEndpoint(ctx, &hcnspec.Endpoint{Name: "pod"})
		return err
	}
	rows := []struct {
		name  string
		call  func(context.Context, *hostnet.Patient) error
		errs  []error
		tries int
		want  error // nil: success
		calls int   // HCN functions counted
	}{
		{"success", remove, []error{nil}, 1, nil, 1},
		{"transient, then success", remove, []error{transient, transient, transient, transient, transient, nil}, 6, nil, 1},
		{"transient, then permanent", remove, []error{transient, permanent}, 2, permanent, 0},
		{"permanent", remove, []error{permanent}, 1, permanent, 0},
		{"absent", remove, []error{absent}, 1, hostnet.ErrNotFound, 0},
		{"brief, then success", remove, []error{brief, brief, brief, nil}, 4, nil, 1},
		{"brief forever", remove, []error{brief}, 4, brief, 0},
		{"a plain error", remove, []error{errors.New("boo")}, 1, nil, -1},
		{"list of two", list, []error{nil}, 1, nil, 7},
		{"an object of the list vanishes", list, []error{absent, absent, nil}, 3, nil, 7},
		{"an element of the list vanishes", list, []error{refusal(hostnet.CodeElementNotFound), nil}, 2, nil, 7},
		{"a network vanishes while it is read", find, []error{vanished, vanished, nil}, 3, nil, 4},
		{"a network that vanished is not listed", find, []error{vanished, notListed}, 3, hostnet.ErrNotFound, 2},
		{"a network that is not listed", find, []error{notListed}, 2, hostnet.ErrNotFound, 2},
		{"a network that one list lacks", find, []error{notListed, nil}, 2, nil, 5},
		{"an enumeration that answers not-found lists nothing", find, []error{enumerate, enumerate, nil}, 3, nil, 4},
		{"create, transient", create, []error{transient}, 1, transient, 0},
		{"create, brief", create, []error{brief}, 1, brief, 0},
		{"create", create, []error{nil}, 1, nil, 5},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scripted{errs: row.errs}
				p := hostnet.NewPatient(s)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err := row.call(ctx, p)
				if row.calls == -1 {
					if err == nil || !strings.Contains(err.Error(), "boo") {
						t.Errorf("error %v, want boo", err)
					}
				} else if !errors.Is(err, row.want) {
					t.Errorf("error %v, want %v", err, row.want)
				}
				if len(s.tries) != row.tries || p.Calls() != max(row.calls, 0) {
					t.Errorf("%d tries, %d HCN functions; want %d, %d", len(s.tries), p.Calls(), row.tries, row.calls)
				}
			})
		})
	}
}

func TestPausesGrowAndJitterUntilTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{errs: []error{transient}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin := time.Now()
		err := hostnet.NewPatient(s).DeleteEndpoint(ctx, "e1")
		if !errors.Is(err, hostnet.ErrTryLater) || !errors.Is(err, transient) || errors.Is(err, hostnet.ErrNotFound) || errors.Is(err, hostnet.ErrNoAnswer) {
			t.Errorf("error %v, want to try later, and why", err)
		}
		if took := time.Since(begin); took != time.Minute {
			t.Errorf("gave up after %v, want the deadline's minute", took)
		}
		halves := 0
		for i, longest := 1, 20*time.Millisecond; i < len(s.tries); i, longest = i+1, min(2*longest, 2*time.Second) {
			pause := s.tries[i].Sub(s.tries[i-1])
			if pause < longest/2 || pause > longest {
				t.Errorf("pause %d is %v, want %v to %v", i, pause, longest/2, longest)
			}
			if pause == longest/2 || pause == longest {
				halves++
			}
		}
		if len(s.tries) < 35 || halves > 3 {
			t.Errorf("%d tries, %d of them without jitter", len(s.tries), halves)
		}
	})
}

func TestHangIsAbandonedAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{errs: []error{nil}, hang: make(chan struct{})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin := time.Now()
		p := hostnet.NewPatient(s)
		_, err := p.CreateEndpoint(ctx, &hcnspec.Endpoint{Name: "pod"})
		if !errors.Is(err, hostnet.ErrTryLater) || !errors.Is(err, hostnet.ErrNoAnswer) || !errors.Is(err, context.DeadlineExceeded) ||
			!strings.Contains(err.Error(), `create endpoint "pod": `) {
			t.Errorf("error %v, want what was given up and why", err)
		}
		if took := time.Since(begin); took != time.Minute || p.Calls() != 0 {
			t.Errorf("gave up after %v with %d calls counted, want one minute and none", took, p.Calls())
		}
		close(s.hang)
		synctest.Wait()
	})
}

func TestLastAnswerBeforeAHangIsInTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		tries := 0
		_, err := hostnet.Retry(ctx, func() (int, error) {
			if tries++; tries == 1 {
				return 0, transient
			}
			<-ctx.Done()
			return 0, fmt.Errorf("%w: %w", hostnet.ErrTryLater, hostnet.ErrNoAnswer)
		})
		for _, want := range []error{hostnet.ErrTryLater, hostnet.ErrNoAnswer, transient} {
			if !errors.Is(err, want) {
				t.Errorf("error %v does not say %v", err, want)
			}
		}
	})
}

func TestVanishingListIsNeverAnAbsentObject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := hostnet.NewPatient(&scripted{errs: []error{absent}}).EndpointsByName(ctx, "pod")
		if !errors.Is(err, hostnet.ErrTryLater) || errors.Is(err, hostnet.ErrNotFound) {
			t.Errorf("error %v, want to try later", err)
		}
	})
}

func TestNoCallBeginsAfterTheDeadline(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &scripted{errs: []error{nil}}
	err := hostnet.NewPatient(s).DeleteEndpoint(ctx, "e1")
	if !errors.Is(err, hostnet.ErrTryLater) || !errors.Is(err, context.Canceled) || errors.Is(err, hostnet.ErrNoAnswer) || len(s.tries) != 0 {
		t.Errorf("error %v after %d calls", err, len(s.tries))
	}
}

// panicking is a service with a bug.
type panicking struct{ hostnet.Service }

func (panicking) DeleteEndpoint(context.Context, string) error { panic("a bug") }

// TestPanicReachesTheCaller: the caller can recover a panic of a call that runs in the background.
func TestPanicReachesTheCaller(t *testing.T) {
	defer func() {
		if p := fmt.Sprint(recover()); !strings.Contains(p, "a bug") || !strings.Contains(p, "panicking.DeleteEndpoint") {
			t.Errorf("recovered %q, want the panic and where it was", p)
		}
	}()
	err := hostnet.NewPatient(panicking{}).DeleteEndpoint(t.Context(), "e1")
	t.Errorf("returned %v", err)
}

// TestRetryAfterLook: the first attempt is made without a look, every other one after one.
func TestRetryAfterLook(t *testing.T) {
	rows := []struct {
		name        string
		calls       []error
		done        []bool // result of each look
		looks       int
		made        int
		want        error
		wantFromOne string // source of the value
	}{
		{"success at once", []error{nil}, nil, 0, 1, nil, "call"},
		{"the lost answer was a success", []error{transient}, []bool{true}, 1, 1, nil, "look"},
		{"the call was not carried out", []error{transient, nil}, []bool{false}, 1, 2, nil, "call"},
		{"permanent", []error{permanent}, nil, 0, 1, permanent, "call"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks, made := 0, 0
				got, err := hostnet.RetryAfterLook(t.Context(),
					func() (string, bool, error) { looks++; return "look", row.done[looks-1], nil },
					func() (string, error) { made++; return "call", row.calls[made-1] })
				if got != row.wantFromOne || !errors.Is(err, row.want) || looks != row.looks || made != row.made {
					t.Errorf("%q, %v after %d looks and %d calls; want %q, %v, %d, %d", got, err, looks, made, row.wantFromOne, row.want, row.looks, row.made)
				}
			})
		})
	}
}
