// Package hcnemu is an emulator of Windows' Host Network Service (HNS): one service in a directory,
// shared by every process that names the directory, which takes and returns HCN's JSON documents and
// refuses what HNS refuses with HNS's codes. Each rule has a row in FIDELITY.md with its source.
//
// The raw calls (Enumerate, Create, Open, Modify, Query, Delete, CloseHandle, HNSCall) are the 35 Hcn*
// functions and HNSCall. Service makes them in the order in which github.com/Microsoft/hnslib/hcn does.
package hcnemu
