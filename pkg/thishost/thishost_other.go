//go:build !windows

package thishost

import (
	"os"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func open() (hostnet.Service, string, error) {
	host, err := hcnemu.Open(hcnemu.SettingsFromEnv(os.Getenv))
	if err != nil {
		return nil, "", err
	}
	return host.Service(), "emulator in " + host.Dir(), nil
}

func openHCN() (hostnet.HCN, string, error) {
	host, err := hcnemu.Open(hcnemu.SettingsFromEnv(os.Getenv))
	if err != nil {
		return nil, "", err
	}
	return host.HCN(), "emulator in " + host.Dir(), nil
}
