// Package hcnspec holds the JSON documents of the Host Compute Network service (HCN), schema 2.0,
// as plain structs and constants. It imports nothing and works on every operating system.
//
// Field names and JSON keys are those of
// https://learn.microsoft.com/virtualization/api/hcn/hns_schema and of the bindings in
// github.com/Microsoft/hnslib/hcn; a test under test/conformance round-trips both.
package hcnspec
