package cli

import (
	"context"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/invoke"
)

// status runs a plugin with the verb STATUS, which runtimes do only from CNI 1.1.0 on.
func status(ctx context.Context, exe, path string, conf []byte) error {
	plugin, err := libcni.NetworkPluginConfFromBytes(conf)
	if err != nil {
		return err
	}
	if plugin, err = libcni.InjectConf(plugin, map[string]any{"cniVersion": "1.1.0"}); err != nil {
		return err
	}
	return invoke.ExecPluginWithoutResult(ctx, exe, plugin.Bytes, &invoke.Args{Command: "STATUS", Path: path}, nil)
}
