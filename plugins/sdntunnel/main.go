// Command sdntunnel is the CNI plugin for HCN L2Tunnel networks.
package main

import (
	"github.com/Microsoft/windows-container-networking/pkg/attach"
	"github.com/Microsoft/windows-container-networking/pkg/cniplugin"
)

func main() { cniplugin.Main(attach.SDNTunnel) }
