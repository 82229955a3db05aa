// Package policy converts a configuration to the HCN policies of its network, subnets and endpoint, and into the load
// balancers that the endpoint joins.
//
// It is pure: the same configuration gives the same documents in the same order, and everything that can be validated
// without a host is validated here, each problem with its JSON path. Dependencies on the host's HNS version are
// recorded as a Gate. docs/policies.md describes every policy.
package policy
