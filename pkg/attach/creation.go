package attach

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/Microsoft/windows-container-networking/internal/privatedir"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Creations remember the load balancers that ADD created, one for each front end. An HCN load balancer has no name, so
// nothing else distinguishes them from kube-proxy's once the policy is removed from the configuration. Only the ID that
// HNS returned is proof: a load balancer whose ID is not recorded is never removed. A process that is killed between
// the creation and Created leaves one that only `hcnctl doctor` finds.
//
// All methods but Of need the lock of the front end.
type Creations interface {
	// Created records a load balancer with its ID, and the network whose ADD created it.
	Created(network string, lb hcnspec.LoadBalancer) error
	// Of returns the load balancers that were created for a network. They may have been deleted or replaced.
	Of(network string) ([]hcnspec.LoadBalancer, error)
	// Lookup returns the record of the front end of lb, and its network; nil if there is none.
	Lookup(lb hcnspec.LoadBalancer) (network string, created *hcnspec.LoadBalancer, err error)
	// Forget deletes the record of the front end of lb. Usually there is none.
	Forget(lb hcnspec.LoadBalancer) error
}

// CreationFiles is Creations in a directory, one file each.
type CreationFiles string

var _ Creations = CreationFiles("")

// CreationsOfNode returns the records that all processes of this node share.
func CreationsOfNode() CreationFiles { return CreationFiles(privatedir.Path("loadbalancer")) }

// creation is the content of a file.
type creation struct {
	Network      string
	LoadBalancer hcnspec.LoadBalancer
}

func (dir CreationFiles) file(lb hcnspec.LoadBalancer) string {
	return filepath.Join(string(dir), frontEndFile(lb))
}

// Created implements Creations.
func (dir CreationFiles) Created(network string, lb hcnspec.LoadBalancer) error {
	if err := writeWhole(dir.file(lb), creation{network, lb}); err != nil {
		return fmt.Errorf("record load balancer %s: %w", frontEnd(lb), err)
	}
	return nil
}

// Of implements Creations. An unreadable file records no load balancer.
func (dir CreationFiles) Of(network string) ([]hcnspec.LoadBalancer, error) {
	files, err := privatedir.Names(string(dir))
	if err != nil {
		return nil, fmt.Errorf("list the load balancers that were created: %w", err)
	}
	var lbs []hcnspec.LoadBalancer
	for _, f := range files {
		if !strings.HasSuffix(f, ".json") {
			continue
		}
		c, err := readCreation(filepath.Join(string(dir), f))
		if err != nil {
			return nil, err
		}
		if c != nil && c.Network == network {
			lbs = append(lbs, c.LoadBalancer)
		}
	}
	return lbs, nil
}

// Lookup implements Creations.
func (dir CreationFiles) Lookup(lb hcnspec.LoadBalancer) (string, *hcnspec.LoadBalancer, error) {
	c, err := readCreation(dir.file(lb))
	if c == nil || err != nil || !sameFrontEnd(c.LoadBalancer, lb) {
		return "", nil, err
	}
	return c.Network, &c.LoadBalancer, nil
}

// Forget implements Creations.
func (dir CreationFiles) Forget(lb hcnspec.LoadBalancer) error {
	if err := removeWhole(dir.file(lb)); err != nil {
		return fmt.Errorf("delete the record of load balancer %s: %w", frontEnd(lb), err)
	}
	return nil
}

func readCreation(file string) (*creation, error) {
	doc, err := privatedir.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the load balancers that were created: %w", err)
	}
	c := new(creation)
	if json.Unmarshal(doc, c) != nil || hostnet.NoID(c.LoadBalancer.ID) {
		return nil, nil
	}
	return c, nil
}
