// Package agree compares the verdicts of hcnctl about a configuration and a node (conf validate, plan), of STATUS and
// of the JSON Schema with the outcome of ADD, in generated cases. All of it is test code: see agree_test.go.
package agree
