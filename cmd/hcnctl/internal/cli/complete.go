package cli

import (
	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/pkg/attach"
)

// completeFlag offers values for a flag in shells that have the completions.
func completeFlag(cmd *cobra.Command, flag string, values ...string) {
	complete := cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // a flag that the command does not have, a programming error
	}
}

// allTypes are the values of --type.
func allTypes() []string {
	var all []string
	for _, p := range attach.Profiles() {
		all = append(all, p.Types...)
	}
	return all
}
