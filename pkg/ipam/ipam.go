// Package ipam gets a pod's addresses from an IPAM plugin: from its executable, as the CNI
// specification says, or for host-local without a second process.
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

// HostLocal is the plugin that this package can also be itself.
const HostLocal = "host-local"

const hostLocal = HostLocal

// cleanUpTime is what giving addresses back after a failed ADD gets, even when the verb's time is over.
const cleanUpTime = 10 * time.Second

// codeNotAvailable is STATUS's code for a plugin that can serve no ADD; the CNI library has no name for it.
const codeNotAvailable = 50

// Request is one verb for an IPAM plugin.
type Request struct {
	Plugin    string // ipam.type, an executable's name without extension
	InProcess bool   // be host-local instead of starting it; no other plugin can run that way
	Stdin     []byte // the network configuration as the runtime gave it, handed on byte for byte

	ContainerID, Netns, IfName, Args string
	Path                             string // CNI_PATH
}

// Release gives back what an Add reserved. It may be called more than once.
type Release func(context.Context) error

// Client talks to IPAM plugins. The zero value is ready. When the context of a call ends, the plugin is
// killed, and the error is code 11. Errors that a plugin reports keep their CNI code: errors.As to
// *types.Error. A plugin that is missing is code 7, for STATUS code 50; an answer that is no CNI result
// is code 6.
type Client struct {
	Exec invoke.Exec // starts plugins; nil means as processes of this machine
}

// Add reserves addresses and returns them as the plugin gave them, at least one, all of them addresses that a
// pod can have. On error nothing stays reserved, as far as the plugin's DEL, which is then called, can do it;
// what DEL says is in the error.
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

// Del releases the attachment's addresses. It succeeds if there are none. After host-local's executable it looks
// at host-local's files itself: the executable never releases an address whose reservation was cut short.
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

// GC gives back all addresses of the network but those of the attachments that the configuration lists
// as valid. A plugin that does not know the verb has nothing to do.
func (c Client) GC(ctx context.Context, r Request) error {
	return c.run(r, "GC", func(b backend) error { return b.gc(ctx) })
}

// Status fails if an Add would. A plugin that does not know the verb is taken to be well.
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

// backend is a way to have an IPAM plugin, bound to one request.
type backend interface {
	add(context.Context) (*types100.Result, error)
	// keepsNothingOnError says that a failed add needs no del.
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

// backend picks the executable, or this process where that is asked for or where there is none.
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

// isThisExecutable also sees through links and other names.
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

// checkName refuses names that would lead out of the directories of CNI_PATH, on any system.
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

// notFoundError is a plugin that no directory of CNI_PATH has.
type notFoundError struct{ plugin, path string }

func (e *notFoundError) Error() string {
	return fmt.Sprintf("ipam.type %q: no such executable in CNI_PATH %q", e.plugin, e.path)
}

// As makes it CNI's code for a configuration that cannot work.
func (e *notFoundError) As(target any) bool {
	cniError, ok := target.(**types.Error)
	if ok {
		*cniError = types.NewError(types.ErrInvalidNetworkConfig, e.Error(), "")
	}
	return ok
}

// lateError is a call that the end of its context cut short: a later try may succeed.
type lateError struct{ error }

func (e lateError) Unwrap() error { return e.error }

// As makes it CNI's code for an error that may be gone the next time.
func (e lateError) As(target any) bool {
	cniError, ok := target.(**types.Error)
	if ok {
		*cniError = types.NewError(types.ErrTryAgainLater, e.Error(), "")
	}
	return ok
}

// describe says whose error it is.
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
