package dryrun

import (
	"context"
	"slices"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// LoadBalancers returns the real load balancers and the recorded ones.
func (h *Host) LoadBalancers(ctx context.Context) ([]hcnspec.LoadBalancer, error) {
	all, err := h.Service.LoadBalancers(ctx)
	all = append(all, h.balancers...)
	return slices.DeleteFunc(all, func(lb hcnspec.LoadBalancer) bool { return h.isGone(lb.ID) }), err
}

// CreateLoadBalancer records the load balancer.
func (h *Host) CreateLoadBalancer(_ context.Context, lb *hcnspec.LoadBalancer) (*hcnspec.LoadBalancer, error) {
	h.note("HcnCreateLoadBalancer", "load balancer "+strings.Join(lb.FrontendVIPs, ","), lb)
	made := *lb
	made.ID = h.newID()
	h.balancers = append(h.balancers, made)
	return &made, nil
}

// ModifyLoadBalancer records the load balancer's new document.
func (h *Host) ModifyLoadBalancer(_ context.Context, lb *hcnspec.LoadBalancer) error {
	h.note("HcnModifyLoadBalancer", "load balancer "+lb.ID, lb)
	return nil
}

// DeleteLoadBalancer records the deletion.
func (h *Host) DeleteLoadBalancer(_ context.Context, id string) error {
	h.note("HcnDeleteLoadBalancer", "load balancer "+id, nil)
	h.gone[strings.ToLower(id)] = true
	return nil
}
