//go:build !windows

// Command probe is for Windows.
package main

func main() {}
