package attach

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/netconf"
	"github.com/Microsoft/windows-container-networking/pkg/nodelock"
)

// Locks exclude the node's other processes. nodelock.Locks implements them and documents the methods.
type Locks interface {
	Acquire(ctx context.Context, name string) (release func(), err error)
	Announce(ctx context.Context, name string) (release func(), err error)
	Held(prefix string) ([]string, error)
}

// lock takes the lock of that name, which excludes the node's other processes. It waits no longer than ctx.
func (a *Attacher) lock(ctx context.Context, name string) (func(), error) {
	return locked(a.Locks.Acquire(ctx, name))
}

func locked(release func(), err error) (func(), error) {
	switch {
	case err == nil:
		return release, nil
	case errors.Is(err, nodelock.ErrWaiting):
		return nil, fmt.Errorf("%w: %w", hostnet.ErrTryLater, err)
	}
	return nil, fmt.Errorf("%w: %w", ErrLocks, err)
}

// lockForDel locks the attachment for the whole of DEL.
func (a *Attacher) lockForDel(ctx context.Context, conf *netconf.Config) (func(), error) {
	return a.lock(ctx, attachmentLock(conf.Attachment, conf.Name))
}

// lockForAdd locks the attachment for the whole of ADD. It waits for a GC of the network that is under way; one that
// begins later sees the announcement, and leaves the attachment alone.
func (a *Attacher) lockForAdd(ctx context.Context, conf *netconf.Config) (func(), error) {
	release, err := locked(a.Locks.Announce(ctx, attachmentLock(conf.Attachment, conf.Name)))
	if err != nil {
		return nil, err
	}
	gcEnded, err := a.lock(ctx, gcLock(conf.Name))
	if err != nil {
		release()
		return nil, err
	}
	gcEnded()
	return release, nil
}

// lockForGC makes other GCs and new ADDs of the network wait. It returns the attachments whose ADD is under way.
func (a *Attacher) lockForGC(ctx context.Context, conf *netconf.Config) (release func(), busy []netconf.Attachment, err error) {
	release, err = a.lock(ctx, gcLock(conf.Name))
	if err != nil {
		return nil, nil, err
	}
	names, err := a.Locks.Held(attachmentLocks(conf.Name))
	if err != nil {
		release()
		return nil, nil, fmt.Errorf("%w: %w", ErrLocks, err)
	}
	for _, name := range names {
		containerID, ifName, _ := strings.Cut(strings.TrimPrefix(name, attachmentLocks(conf.Name)), "/")
		busy = append(busy, netconf.Attachment{ContainerID: containerID, IfName: ifName})
	}
	return release, busy, nil
}

// addUnderWay reports whether an ADD of the attachment is under way.
func (a *Attacher) addUnderWay(attachment netconf.Attachment, network string) (bool, error) {
	name := attachmentLock(attachment, network)
	held, err := a.Locks.Held(name)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrLocks, err)
	}
	for _, h := range held {
		if h == name {
			return true, nil
		}
	}
	return false, nil
}

func gcLock(network string) string { return "gc of network " + network }

// attachmentLock names the lock of one attachment. No part of it can contain a slash.
func attachmentLock(a netconf.Attachment, network string) string {
	ifName := a.IfName
	if ifName == "" {
		ifName = eth0
	}
	return attachmentLocks(network) + a.ContainerID + "/" + ifName
}

func attachmentLocks(network string) string { return "attachment " + network + "/" }
