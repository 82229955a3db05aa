// Package thishost knows which host network service this machine has.
package thishost

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// Service returns the service of this machine and says what it is: "HNS" on Windows, else "emulator in
// <directory>", set up by the environment variables HCNEMU_*.
func Service() (service hostnet.Service, kind string, err error) { return open() }
