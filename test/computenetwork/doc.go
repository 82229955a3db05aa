// Command computenetwork is the emulator as computenetwork.dll: built as a c-shared library for Windows and put into
// system32 of a Wine prefix, it provides a host network service to any executable that uses the Host Compute Network
// API. It exports the 35 Hcn functions that hcsshim and hnslib bind, and HNSCall, to which the export of vmcompute.dll
// is forwarded.
//
// The emulator is opened at a process's first call, with the HCNEMU_ variables of that moment. Handles
// and the counts of HCNEMU_FAULTS belong to the process.
package main

func main() {}
