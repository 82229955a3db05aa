// Command hcnctl is the tool of the people who run Windows nodes: it sets a node up, checks and plans
// configurations, shows what is on the node and cleans up. It works on the same seam as the plugins:
// the host network service on Windows, the emulator elsewhere.
package main

import (
	"os"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/cli"
)

func main() {
	os.Exit(cli.Run(cli.System(), os.Args[1:]))
}
