// Command probe asks the node's host network service for one network through pkg/hostnet/hnshost and
// prints the outcome: "found", "not found", "unusable: …" or another error.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet/hnshost"
)

func main() {
	err := ask(os.Args[1])
	switch {
	case err == nil:
		fmt.Println("found")
	case errors.Is(err, hostnet.ErrUnavailable):
		fmt.Println("unusable:", err)
	case errors.Is(err, hostnet.ErrNotFound):
		fmt.Println("not found")
	default:
		fmt.Println("error:", err)
	}
}

func ask(name string) error {
	service, err := hnshost.Open()
	if err != nil {
		return err
	}
	_, err = service.NetworkByName(context.Background(), name)
	return err
}
