package dryrun

import (
	"context"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// Locks are always free, and leave no file. A dry run changes nothing that a lock would protect.
type Locks struct{}

var _ attach.Locks = Locks{}

// Acquire implements attach.Locks.
func (Locks) Acquire(context.Context, string) (func(), error) { return func() {}, nil }

// Announce implements attach.Locks.
func (Locks) Announce(context.Context, string) (func(), error) { return func() {}, nil }

// Held implements attach.Locks.
func (Locks) Held(string) ([]string, error) { return nil, nil }

// Replacements reads the node's interrupted replacements of load balancers, and changes none of them.
type Replacements struct{ Real attach.Replacements }

var _ attach.Replacements = Replacements{}

// Begin implements attach.Replacements.
func (Replacements) Begin(hcnspec.LoadBalancer) error { return nil }

// Unfinished implements attach.Replacements.
func (r Replacements) Unfinished(lb hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	return r.Real.Unfinished(lb)
}

// End implements attach.Replacements. A verb that ends a replacement finds its load balancer afterwards, and does not
// query the replacement again.
func (Replacements) End(hcnspec.LoadBalancer) error { return nil }

// Creations record nothing: what a dry run creates ends with it.
type Creations struct{}

var _ attach.Creations = Creations{}

// Created implements attach.Creations.
func (Creations) Created(string, hcnspec.LoadBalancer) error { return nil }

// Of implements attach.Creations.
func (Creations) Of(string) ([]hcnspec.LoadBalancer, error) { return nil, nil }

// Lookup implements attach.Creations.
func (Creations) Lookup(hcnspec.LoadBalancer) (string, *hcnspec.LoadBalancer, error) {
	return "", nil, nil
}

// Forget implements attach.Creations.
func (Creations) Forget(hcnspec.LoadBalancer) error { return nil }
