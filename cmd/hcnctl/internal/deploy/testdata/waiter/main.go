// Command waiter is an executable for tests: it waits for the end of its stdin and prints its name.
package main

import (
	"fmt"
	"io"
	"os"
)

var name string

func main() {
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		os.Exit(1)
	}
	fmt.Print(name)
}
