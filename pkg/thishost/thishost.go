// Package thishost knows which host network service this machine has.
package thishost

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// Service returns the service of this machine and says what it is: "HNS" on Windows, else "emulator in
// <directory>", set up by the environment variables HCNEMU_*.
func Service() (service hostnet.Service, kind string, err error) { return open() }

// HCN returns the HCN API of this machine, without bindings or patience, and says what it is as Service does.
func HCN() (api hostnet.HCN, kind string, err error) { return openHCN() }
