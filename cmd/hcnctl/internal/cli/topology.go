package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/node"
	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/topology"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func (a *app) topologyCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{Use: "topology", Short: "Draw networks, endpoints, pods, policies and load balancers", Args: cobra.NoArgs,
		Example: `  hcnctl topology
  hcnctl topology --format svg >node.svg`,
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error { return a.draw(ctx, svc, format) })}
	cmd.Flags().StringVar(&format, "format", "tree", "tree, mermaid, dot or svg")
	completeFlag(cmd, "format", "tree", "mermaid", "dot", "svg")
	return cmd
}

func (a *app) draw(ctx context.Context, svc hostnet.Service, format string) error {
	drawings := map[string]func(*topology.Picture) string{
		"tree": (*topology.Picture).Tree, "mermaid": (*topology.Picture).Mermaid,
		"dot": (*topology.Picture).DOT, "svg": (*topology.Picture).SVG,
	}
	draw, known := drawings[format]
	if !known {
		return fmt.Errorf("--format %q: want tree, mermaid, dot or svg", format)
	}
	n, err := node.Read(ctx, svc)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.Stdout, draw(topology.New(n)))
	return err
}
