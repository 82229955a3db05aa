// Package thishost opens the host network service of this machine.
package thishost

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// Service returns the service of this machine and its description: "HNS" on Windows, else "emulator in <directory>",
// set up by the environment variables HCNEMU_*.
func Service() (service hostnet.Service, kind string, err error) { return open() }

// HCN returns the HCN API of this machine, without bindings or retries, and its description as Service does.
func HCN() (api hostnet.HCN, kind string, err error) { return openHCN() }
