// Package agree compares what hcnctl says of a configuration and a node (conf validate, plan), what STATUS says
// and what the JSON Schema says, with what ADD does, in generated cases. All of it is test code: see agree_test.go.
package agree
