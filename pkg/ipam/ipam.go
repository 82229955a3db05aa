// Package ipam gets a pod's addresses from an IPAM plugin: from its executable, as the CNI specification requires, or
// for host-local without a second process.
package ipam

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
)

// HostLocal is the plugin that this package can also run in process.
const HostLocal = "host-local"

const hostLocal = HostLocal

// cleanUpTime is the time for releasing addresses after a failed ADD, even after the verb's deadline.
const cleanUpTime = 10 * time.Second

// codeNotAvailable is STATUS's code for a plugin that can serve no ADD; the CNI library has no name for it.
const codeNotAvailable = 50

// Request is one verb for an IPAM plugin.
type Request struct {
	Plugin    string // ipam.type, an executable's name without extension
	InProcess bool   // run host-local in this process; no other plugin can run that way
	Stdin     []byte // the network configuration from the runtime, passed on unchanged

	ContainerID, Netns, IfName, Args string
	Path                             string // CNI_PATH
}

// Release releases the addresses that an Add reserved. It may be called more than once.
type Release func(context.Context) error

// Client talks to IPAM plugins. The zero value is ready. When the context of a call ends, the plugin is killed, and the
// error is code 11. Errors that a plugin reports keep their CNI code: errors.As to *types.Error. A missing plugin is
// code 7, for STATUS code 50; an answer that is no CNI result is code 6.
type Client struct {
	Exec invoke.Exec // starts plugins; nil starts them as processes of this machine
}

// Add reserves addresses and returns the plugin's result, with at least one address, all of them usable by a pod. On
// error it calls the plugin's DEL, so that nothing stays reserved if DEL succeeds; an error of DEL is part of the
// error.
func (c Client) Add(ctx context.Context, r Request) (result *types100.Result, release Release, err error) {
	backend, err := c.backend(r)
	if err != nil {
		return nil, nil, err
	}
	undo := func(ctx context.Context) error { return describe(r, "DEL", backend.del(ctx)) }
	mayHold := true
	defer func() { // also after a panic
		if mayHold {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
			defer cancel()
			err = errors.Join(err, undo(ctx))
		}
	}()
	result, err = backend.add(ctx)
	if err != nil {
		mayHold = !backend.keepsNothingOnError()
		return nil, nil, describe(r, "ADD", err)
	}
	if err := checkResult(result); err != nil {
		return nil, nil, describe(r, "ADD", err)
	}
	mayHold = false
	return result, undo, nil
}

// Del releases the attachment's addresses. It succeeds if there are none. After host-local's executable it checks
// host-local's files itself: the executable never releases an address whose reservation was interrupted.
func (c Client) Del(ctx context.Context, r Request) error {
	return c.run(r, "DEL", func(b backend) error {
		err := b.del(ctx)
		if _, executable := b.(delegate); err == nil && executable && r.Plugin == hostLocal {
			err = local{r}.del(ctx)
		}
		return err
	})
}

// Check fails unless the attachment still has its addresses.
func (c Client) Check(ctx context.Context, r Request) error {
	return c.run(r, "CHECK", func(b backend) error { return b.check(ctx) })
}

// GC releases all addresses of the network except those of the attachments that the configuration lists as valid. It
// succeeds if the plugin does not know the verb.
func (c Client) GC(ctx context.Context, r Request) error {
	return c.run(r, "GC", func(b backend) error { return b.gc(ctx) })
}

// Status fails if an Add would. It succeeds if the plugin does not know the verb.
func (c Client) Status(ctx context.Context, r Request) error {
	err := c.run(r, "STATUS", func(b backend) error { return b.status(ctx) })
	if err == nil && r.Plugin == hostLocal {
		return describe(r, "STATUS", hostLocalFull(r))
	}
	var missing *notFoundError
	if errors.As(err, &missing) {
		return types.NewError(codeNotAvailable, err.Error(), "")
	}
	return err
}

// backend is a way to run an IPAM plugin, bound to one request.
type backend interface {
	add(context.Context) (*types100.Result, error)
	// keepsNothingOnError reports whether a failed add needs no del.
	keepsNothingOnError() bool
	del(context.Context) error
	check(context.Context) error
	gc(context.Context) error
	status(context.Context) error
}

func (c Client) run(r Request, verb string, f func(backend) error) error {
	b, err := c.backend(r)
	if err != nil {
		return err
	}
	return describe(r, verb, f(b))
}

// backend selects the executable, or this process if that is requested or there is none.
func (c Client) backend(r Request) (backend, error) {
	if err := checkName(r.Plugin); err != nil {
		return nil, err
	}
	if r.InProcess {
		if r.Plugin != hostLocal {
			return nil, badConfig("ipam.inProcess true: only %s can run in this process, not %q", hostLocal, r.Plugin)
		}
		return local{r}, nil
	}
	exec := c.Exec
	if exec == nil {
		exec = new(processes)
	}
	file, err := exec.FindInPath(r.Plugin, filepath.SplitList(r.Path))
	switch {
	case err == nil && isThisExecutable(file):
		return nil, badConfig("ipam.type %q: %q is this plugin itself, not an IPAM plugin", r.Plugin, file)
	case err == nil:
		return delegate{request: r, file: file, exec: exec}, nil
	case r.Plugin == hostLocal:
		return local{r}, nil
	}
	return nil, &notFoundError{plugin: r.Plugin, path: r.Path}
}

// isThisExecutable also recognises links and other names of the executable.
func isThisExecutable(file string) bool {
	self, err := os.Executable()
	if err != nil {
		return false
	}
	mine, err := os.Stat(self)
	if err != nil {
		return false
	}
	its, err := os.Stat(file)
	return err == nil && os.SameFile(mine, its)
}

// checkName rejects names that would lead out of the directories of CNI_PATH, on any system.
func checkName(name string) error {
	if name == "" || strings.Contains(name, "..") || strings.ContainsFunc(name, notInFileName) {
		return badConfig("ipam.type %q: not the name of an executable", name)
	}
	return nil
}

func notInFileName(r rune) bool { return r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) }

func badConfig(format string, args ...any) error {
	return types.NewError(types.ErrInvalidNetworkConfig, fmt.Sprintf(format, args...), "")
}

// notFoundError is a plugin that is in no directory of CNI_PATH.
type notFoundError struct{ plugin, path string }

func (e *notFoundError) Error() string {
	return fmt.Sprintf("ipam.type %q: no such executable in CNI_PATH %q", e.plugin, e.path)
}

// As converts it to CNI's code for a configuration that cannot work.
func (e *notFoundError) As(target any) bool {
	cniError, ok := target.(**types.Error)
	if ok {
		*cniError = types.NewError(types.ErrInvalidNetworkConfig, e.Error(), "")
	}
	return ok
}

// lateError is a call that was interrupted by the end of its context: a retry may succeed.
type lateError struct{ error }

func (e lateError) Unwrap() error { return e.error }

// As converts it to CNI's code for "try again later".
func (e lateError) As(target any) bool {
	cniError, ok := target.(**types.Error)
	if ok {
		*cniError = types.NewError(types.ErrTryAgainLater, e.Error(), "")
	}
	return ok
}

// describe adds the verb and the plugin to an error.
func describe(r Request, verb string, err error) error {
	if err == nil {
		return nil
	}
	var coded *types.Error
	if !errors.As(err, &coded) && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		err = lateError{err}
	}
	return fmt.Errorf("%s of IPAM plugin %q: %w", verb, r.Plugin, err)
}
