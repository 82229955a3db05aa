package ipam

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"slices"

	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/containernetworking/plugins/plugins/ipam/host-local/backend/allocator"
)

// local is host-local in this process, with the executable's library: the same configuration, data directory, lock and
// files, so that both can serve the same network.
//
// It differs where the executable would leave something behind or fail needlessly: DEL, CHECK and GC read only the
// place of the reservations from the configuration, only ADD creates directories, waiting for the lock ends with the
// context, and GC is implemented.
type local struct{ request Request }

// add reserves one address of each range set, all or none.
func (l local) add(ctx context.Context) (*types100.Result, error) {
	conf, _, err := allocator.LoadIPAMConfig(l.request.Stdin, l.request.Args)
	if err != nil {
		return nil, badConfig("ipam: %v", err)
	}
	result := &types100.Result{CNIVersion: types100.ImplementedSpecVersion, Routes: conf.Routes}
	if conf.ResolvConf != "" {
		dns, err := readResolvConf(conf.ResolvConf)
		if err != nil {
			return nil, fmt.Errorf("ipam.resolvConf: %w", err)
		}
		result.DNS = *dns
	}
	store, err := makeStore(ctx, conf.Name, conf.DataDir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	result.IPs, err = l.reserve(store, conf)
	return result, err
}

// keepsNothingOnError is true, and a DEL would be wrong: it would free the addresses of an earlier ADD of the same
// attachment, which may be why this one failed.
func (l local) keepsNothingOnError() bool { return true }

func (l local) reserve(store *store, conf *allocator.IPAMConfig) ([]*types100.IPConfig, error) {
	wanted := addressesByText(conf.IPArgs)
	var ips []*types100.IPConfig
	var err error
	for i := range conf.Ranges {
		set := &conf.Ranges[i]
		var ip *types100.IPConfig
		ip, err = allocator.NewIPAllocator(set, store, i).Get(l.request.ContainerID, l.request.IfName, takeFirst(wanted, set))
		if err != nil {
			err = fmt.Errorf("reserve an address of range set %d: %w", i, err)
			break
		}
		ips = append(ips, ip)
	}
	if err == nil && len(wanted) > 0 {
		err = badConfig("requested addresses %q are in no range", sortedKeys(wanted))
	}
	if err == nil {
		return ips, nil
	}
	return nil, errors.Join(err, store.forget())
}

func addressesByText(ips []net.IP) map[string]net.IP {
	byText := make(map[string]net.IP, len(ips))
	for _, ip := range ips {
		byText[ip.String()] = ip
	}
	return byText
}

// takeFirst removes and returns the first address that the range set contains, or returns nil.
func takeFirst(wanted map[string]net.IP, set *allocator.RangeSet) net.IP {
	for _, text := range sortedKeys(wanted) {
		if ip := wanted[text]; set.Contains(ip) {
			delete(wanted, text)
			return ip
		}
	}
	return nil
}

func sortedKeys(m map[string]net.IP) []string { return slices.Sorted(maps.Keys(m)) }

func (l local) del(ctx context.Context) error {
	return l.inStore(ctx, func(s *store, _ hostLocalConf) error {
		return s.ReleaseByID(l.request.ContainerID, l.request.IfName)
	})
}

func (l local) check(ctx context.Context) error {
	found := false
	err := l.inStore(ctx, func(s *store, _ hostLocalConf) error {
		me := owner{l.request.ContainerID, l.request.IfName}
		return s.each(func(_ string, o owner) error {
			found = found || o.matches(me)
			return nil
		})
	})
	if err == nil && !found {
		err = fmt.Errorf("no address is reserved for container %q, interface %q", l.request.ContainerID, l.request.IfName)
	}
	return err
}

func (l local) gc(ctx context.Context) error {
	return l.inStore(ctx, func(s *store, w hostLocalConf) error {
		if w.valid == nil {
			return badConfig("%s is missing", validAttachments)
		}
		return s.keepOnly(*w.valid)
	})
}

// status fails if the configuration is bad or the data directory cannot be used.
func (l local) status(ctx context.Context) error {
	conf, _, err := allocator.LoadIPAMConfig(l.request.Stdin, l.request.Args)
	if err != nil {
		return badConfig("ipam: %v", err)
	}
	store, err := makeStore(ctx, conf.Name, conf.DataDir)
	if err != nil {
		return err
	}
	return store.Close()
}

// inStore runs f on the network's reservations, under their lock. It does nothing if the network never had any.
func (l local) inStore(ctx context.Context, f func(*store, hostLocalConf) error) error {
	w, err := readHostLocalConf(l.request.Stdin)
	if err != nil {
		return err
	}
	s, err := openStore(ctx, w.network, w.dataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f(s, w), s.Close())
}
