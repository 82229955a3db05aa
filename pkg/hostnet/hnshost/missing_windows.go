package hnshost

import (
	"fmt"

	"golang.org/x/sys/windows"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// catch converts a panic of the bindings into an error. They panic if the DLL lacks a function, in their own handling
// of that very error, and if HNS succeeds without returning a document.
func catch(api string, err *error) {
	reason := recover()
	if reason == nil {
		return
	}
	if missing := findMissing(); missing != nil {
		*err = fmt.Errorf("%w: %w", hostnet.ErrUnavailable, missing)
		return
	}
	*err = &hostnet.Error{API: api, Code: hostnet.CodeFail, Detail: fmt.Sprintf("the HCN bindings panicked: %v", reason)}
}

// findMissing returns the first function that this package needs and this Windows lacks.
func findMissing() error {
	libraries := []struct {
		name      string
		functions []string
	}{{"computenetwork.dll", functions()}, {"vmcompute.dll", []string{"HNSCall"}}}
	for _, library := range libraries {
		dll := windows.NewLazySystemDLL(library.name)
		if err := dll.Load(); err != nil {
			return fmt.Errorf("load %s: %w (the Windows feature Containers has it)", library.name, err)
		}
		for _, name := range library.functions {
			if err := dll.NewProc(name).Find(); err != nil {
				return fmt.Errorf("%w (Windows Server 2019 and newer have it)", err)
			}
		}
	}
	return nil
}

func functions() []string {
	names := []string{}
	for _, k := range []hostnet.Kind{hostnet.KindNetwork, hostnet.KindEndpoint, hostnet.KindNamespace, hostnet.KindLoadBalancer} {
		names = append(names, k.EnumerateAPI(), k.CreateAPI(), k.OpenAPI(), k.ModifyAPI(), k.QueryAPI(), k.DeleteAPI(), k.CloseAPI())
	}
	return names
}
