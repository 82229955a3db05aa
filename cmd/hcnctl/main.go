// Command hcnctl is the tool for operators of Windows nodes: it sets up a node, checks and plans configurations, shows
// the state of the node and cleans up. It uses the same interface as the plugins: the host network service on Windows,
// the emulator elsewhere.
package main

import (
	"os"

	"github.com/Microsoft/windows-container-networking/cmd/hcnctl/internal/cli"
)

func main() {
	os.Exit(cli.Run(cli.System(), os.Args[1:]))
}
