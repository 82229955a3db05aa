// Package hcnemu is an emulator of Windows' Host Network Service (HNS): one service in a directory, shared by every
// process that names the directory, which accepts and returns HCN's JSON documents and rejects what HNS rejects, with
// HNS's codes. Each rule has a row in FIDELITY.md with its source.
//
// The raw calls (Enumerate, Create, Open, Modify, Query, Delete, CloseHandle, HNSCall) are the 35 Hcn*
// functions and HNSCall. Service makes them in the order in which github.com/Microsoft/hnslib/hcn does.
//
// The packages from the top down; each imports only those below it:
//
//	hcnemu                      the process's edge: settings, calls, faults, latency, lock, journal, handles, dump
//	internal/v1                 the older API and its documents
//	internal/networks           networks: creation, subnets, isolation, uplink, deletion
//	internal/endpoints          endpoints: what HNS fills in, policies, published ports, deletion
//	internal/loadbalancers      load balancers and SDN routes
//	internal/namespaces         namespaces, and what is attached to them
//	internal/addresses          which IP and MAC address an endpoint gets
//	internal/objects            what is stored of each kind, and how HNS returns it
//	internal/policy             policies, judged without any other object
//	internal/state              the store, its index, IDs
//	internal/node               the machine: version, adapters, busy ports
//	internal/refusal            codes, reasons, HNS's error record
package hcnemu
