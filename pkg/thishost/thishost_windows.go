package thishost

import (
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet/hnshost"
)

func open() (hostnet.Service, string, error) {
	service, err := hnshost.Open()
	return service, "HNS", err
}

func openHCN() (hostnet.HCN, string, error) { return hnshost.OpenHCN(), "HNS", nil }
