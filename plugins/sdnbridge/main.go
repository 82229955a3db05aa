// Command sdnbridge is the CNI plugin for HCN L2Bridge networks.
package main

import (
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/cniplugin"
)

func main() { cniplugin.Main(attach.SDNBridge) }
