package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/doctor"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/ipam"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
)

func (a *app) gcCommand() *cobra.Command {
	var d dirs
	var yes bool
	var grace time.Duration
	cmd := &cobra.Command{Use: "gc", Short: "Remove leaked endpoints and addresses; without --yes only list them", Args: cobra.NoArgs,
		Long: "Removes endpoints that the plugins created and that no namespace holds, and addresses that host-local reserves for containers " +
			"without an endpoint. Running pods, remote and host endpoints, and other CNI plugins' endpoints are left alone. An ADD under way " +
			"looks like a leak until it ends, so only what is still orphaned after --grace is removed.",
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error {
			return a.collect(ctx, svc, &d, yes, grace)
		})}
	d.flags(a, cmd)
	d.dataFlag(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "remove them")
	cmd.Flags().DurationVar(&grace, "grace", 0, "how long something must stay orphaned before it is removed; at least as long as an ADD may take, 90s by default")
	return cmd
}

// orphans are the objects that gc removes.
type orphans struct {
	Endpoints    []hcnspec.Endpoint
	Reservations []ipam.Reservation
}

func (o *orphans) empty() bool { return len(o.Endpoints) == 0 && len(o.Reservations) == 0 }

func (a *app) collect(ctx context.Context, svc hostnet.Service, d *dirs, yes bool, grace time.Duration) error {
	found, err := d.orphans(ctx, svc)
	if err != nil {
		return err
	}
	if !yes || found.empty() {
		if err := a.show(found, found.table()); err != nil {
			return err
		}
		if !found.empty() {
			a.note("nothing was removed; pass --yes to remove these")
		}
		return nil
	}
	if grace, err = d.grace(grace); err != nil {
		return err
	}
	p := a.progress("gc")
	p.say(fmt.Sprintf("waiting %s for ADDs in progress", grace))
	err = a.Sleep(context.WithoutCancel(ctx), grace)
	p.done()
	if err != nil {
		return fmt.Errorf("gc: wait for %s: %w", grace, err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.timeout) // --timeout is for HNS, not for the wait
	defer cancel()
	again, err := d.orphans(ctx, svc)
	if err != nil {
		return err
	}
	doomed := found.still(again)
	err = doomed.remove(ctx, svc)
	return errors.Join(a.show(doomed, doomed.table()), err)
}

// safety is the part of the grace period beyond the longest ADD: for the IPAM plugin's clean-up and a busy node.
const safety = 15 * time.Second

// grace returns how long to wait before an orphan is removed: the requested time, but longer than any ADD may take,
// whose pod would otherwise lose its network.
func (d *dirs) grace(asked time.Duration) (time.Duration, error) {
	patience := netconf.DefaultTimeout
	_, calls, err := d.confs()
	if err != nil {
		return 0, err
	}
	for _, call := range calls {
		conf, _ := netconf.Parse(netconf.Input{Verb: "STATUS", Stdin: call.Stdin})
		patience = max(patience, conf.Timeout)
	}
	return max(asked, attach.Longest(patience)+safety), nil
}

// orphans reads the reservations before the endpoints: host-local reserves before the plugin creates the endpoint, so
// in the opposite order a pod that gets both in between would look like a leak.
func (d *dirs) orphans(ctx context.Context, svc hostnet.Service) (*orphans, error) {
	networks, err := svc.Networks(ctx)
	if err != nil {
		return nil, err
	}
	_, uses, err := d.confs()
	if err != nil {
		return nil, err
	}
	reserved, err := d.reservations(networks, uses)
	if err != nil {
		return nil, err
	}
	n, err := node.Read(ctx, svc)
	if err != nil {
		return nil, err
	}
	endpoints := doctor.OrphanEndpoints(n)
	n.Endpoints = slices.DeleteFunc(n.Endpoints, func(e hcnspec.Endpoint) bool {
		return slices.ContainsFunc(endpoints, func(o hcnspec.Endpoint) bool { return o.ID == e.ID })
	})
	return &orphans{notNil(endpoints), notNil(doctor.OrphanReservations(n, reserved))}, nil
}

// still returns the objects that are orphaned in both.
func (o *orphans) still(again *orphans) *orphans {
	both := &orphans{Endpoints: []hcnspec.Endpoint{}, Reservations: []ipam.Reservation{}}
	for _, e := range o.Endpoints {
		for _, f := range again.Endpoints {
			if hostnet.SameID(e.ID, f.ID) {
				both.Endpoints = append(both.Endpoints, f)
			}
		}
	}
	for _, r := range o.Reservations {
		for _, s := range again.Reservations {
			if r == s {
				both.Reservations = append(both.Reservations, s)
			}
		}
	}
	return both
}

// remove deletes endpoints before it releases their addresses, and continues after an error.
func (o *orphans) remove(ctx context.Context, svc hostnet.Service) error {
	var errs []error
	for _, e := range o.Endpoints {
		if err := svc.DeleteEndpoint(ctx, e.ID); err != nil && !errors.Is(err, hostnet.ErrNotFound) {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err // an address is not released while an endpoint may have it
	}
	for _, r := range o.Reservations {
		errs = append(errs, r.Release(ctx))
	}
	return errors.Join(errs...)
}

func (o *orphans) table() table {
	t := table{{"KIND", "NAME", "ADDRESSES", "WHY"}}
	for i := range o.Endpoints {
		e := &o.Endpoints[i]
		why := "in no namespace"
		if !hostnet.NoID(e.Namespace) {
			why = "its namespace is gone"
		}
		t = append(t, []string{"endpoint", e.Name, joined(node.Addresses(e)), why})
	}
	for _, r := range o.Reservations {
		t = append(t, []string{"address", short(r.Container + "_" + r.Network), r.Address.String(), "no endpoint of the container"})
	}
	return t
}
