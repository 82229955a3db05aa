// Package policy turns a configuration into the HCN policies of its network, subnets and endpoint, and
// into the load balancers that the endpoint joins.
//
// It is pure: the same configuration gives the same documents in the same order, and everything that can
// be judged without a host is judged here, each problem with its JSON path. What depends on the host's HNS
// version is kept as a Gate. docs/policies.md describes every policy.
package policy
