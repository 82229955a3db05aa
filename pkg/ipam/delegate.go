package ipam

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
)

// delegate is an IPAM plugin's executable.
type delegate struct {
	request Request
	file    string
	exec    invoke.Exec
}

// args are the plugin's environment: this process's own, except for the verb.
func (d delegate) args(verb string) *invoke.Args {
	return &invoke.Args{
		Command:       verb,
		ContainerID:   d.request.ContainerID,
		NetNS:         d.request.Netns,
		IfName:        d.request.IfName,
		PluginArgsStr: d.request.Args,
		Path:          d.request.Path,
	}
}

func (d delegate) add(ctx context.Context) (*types100.Result, error) {
	answer, err := invoke.ExecPluginWithResult(ctx, d.file, d.request.Stdin, d.args("ADD"), nullChecked{d.exec})
	if err != nil {
		return nil, undecodable(err)
	}
	result, err := types100.NewResultFromResult(answer)
	if err != nil {
		return nil, undecodable(err)
	}
	return result, nil
}

// undecodable gives an error without a CNI code the code for answers that cannot be decoded, unless there was no
// answer.
func undecodable(err error) error {
	var coded *types.Error
	var unstarted *fs.PathError
	if errors.As(err, &coded) || errors.As(err, &unstarted) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return types.NewError(types.ErrDecodingFailure, fmt.Sprintf("read its result: %v", err), "")
}

// keepsNothingOnError is false: a plugin may have been killed, or its answer may be invalid.
func (d delegate) keepsNothingOnError() bool { return false }

func (d delegate) del(ctx context.Context) error    { return d.call(ctx, "DEL") }
func (d delegate) check(ctx context.Context) error  { return d.call(ctx, "CHECK") }
func (d delegate) status(ctx context.Context) error { return ignoreUnknownVerb(d.call(ctx, "STATUS")) }

// gc runs host-local's GC in this process: the executable accepts the verb and does nothing (plugins#1047), and its
// reservations survive a reboot.
func (d delegate) gc(ctx context.Context) error {
	if d.request.Plugin == hostLocal {
		return local{d.request}.gc(ctx)
	}
	return ignoreUnknownVerb(d.call(ctx, "GC"))
}

func (d delegate) call(ctx context.Context, verb string) error {
	return invoke.ExecPluginWithoutResult(ctx, d.file, d.request.Stdin, d.args(verb), d.exec)
}

// ignoreUnknownVerb turns the errors of plugins that are older than GC and STATUS into success: code 1 where their
// versions end before 1.1.0, code 4 (100 before CNI 1.0) where they do not know the command.
func ignoreUnknownVerb(err error) error {
	var e *types.Error
	switch {
	case !errors.As(err, &e):
	case e.Code == types.ErrIncompatibleCNIVersion, strings.HasPrefix(e.Msg, "unknown CNI_COMMAND"):
		return nil
	}
	return err
}
