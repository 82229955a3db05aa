// Package roundtrip verifies that the documents of pkg/hcnspec equal those of Microsoft's bindings: every field and
// constant has its counterpart in hcsshim's and hnslib's hcn packages, with the same key. The bindings exist for
// Windows only, so the tests run as a Windows executable under Wine.
package roundtrip
