package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/version"
)

// featureRow is a line of hcnctl features.
type featureRow struct {
	Feature   string
	Supported bool
	Versions  string // of HNS that have it
}

func (a *app) featuresCommand() *cobra.Command {
	var hns string
	cmd := &cobra.Command{Use: "features", Short: "Show what this node's HNS can do", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v, err := a.hnsVersion(cmd.Context(), hns)
			if err != nil {
				return err
			}
			return a.listFeatures(v)
		}}
	cmd.Flags().StringVar(&hns, "hns", "", "of this HNS version instead of the node's, for example 13.3")
	return cmd
}

// hnsVersion returns the version that --hns names, or the node's where it is empty.
func (a *app) hnsVersion(ctx context.Context, hns string) (hcnspec.Version, error) {
	if hns != "" {
		return hcnspec.ParseVersion(hns)
	}
	ctx, cancel, svc, err := a.host(ctx)
	if err != nil {
		return hcnspec.Version{}, err
	}
	defer cancel()
	return svc.Version(ctx)
}

func (a *app) listFeatures(v hcnspec.Version) error {
	t := table{{"FEATURE", "HNS " + v.String(), "HNS VERSIONS"}}
	var rows []featureRow
	for _, f := range hcnspec.Features() {
		rows = append(rows, featureRow{f.Name, f.In(v), f.Versions()})
		t = append(t, []string{f.Name, map[bool]string{true: "yes", false: "no"}[f.In(v)], f.Versions()})
	}
	return a.show(struct {
		HNS      string
		Features []featureRow
	}{v.String(), rows}, t)
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the versions of hcnctl and of the host network service", Args: cobra.NoArgs,
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, _ []string) error {
			v, err := svc.Version(ctx)
			if err != nil {
				return fmt.Errorf("hcnctl %s: %w", version.String(), err)
			}
			return a.show(struct{ Hcnctl, HNS string }{version.String(), v.String()},
				table{{"hcnctl", version.String()}, {"HNS", v.String()}})
		})}
}
