package hnshost

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// OpenHCN returns the HCN API of this node without the bindings: it returns objects' documents, not the bindings'
// interpretation. It makes no call. On a node without HNS the first call returns hostnet.ErrUnavailable.
func OpenHCN() hostnet.HCN { return hcnAPI{} }

type hcnAPI struct{}

var computenetwork = windows.NewLazySystemDLL("computenetwork.dll")

// function returns a function of the DLL, or hostnet.ErrUnavailable.
func function(dll *windows.LazyDLL, name string) (*windows.LazyProc, error) {
	proc := dll.NewProc(name)
	if proc.Find() == nil {
		return proc, nil
	}
	missing := findMissing()
	if missing == nil {
		missing = fmt.Errorf("%s has no function %s", dll.Name, name)
	}
	return nil, fmt.Errorf("%w: %w", hostnet.ErrUnavailable, missing)
}

// Enumerate implements hostnet.HCN.
func (hcnAPI) Enumerate(kind hostnet.Kind, query string) (string, error) {
	name := kind.EnumerateAPI()
	proc, err := function(computenetwork, name)
	if err != nil {
		return "", err
	}
	q, err := windows.UTF16PtrFromString(query)
	if err != nil {
		return "", err
	}
	var ids, record *uint16
	hr, _, _ := proc.Call(uintptr(unsafe.Pointer(q)), uintptr(unsafe.Pointer(&ids)), uintptr(unsafe.Pointer(&record)))
	return take(ids), failure(name, hr, record)
}

// Create implements hostnet.HCN.
func (h hcnAPI) Create(kind hostnet.Kind, network, id, document string) error {
	if kind != hostnet.KindEndpoint {
		return h.create(kind, id, document)
	}
	return h.opened(hostnet.KindNetwork, network, func(parent uintptr) error { return h.createEndpoint(parent, id, document) })
}

func (h hcnAPI) create(kind hostnet.Kind, id, document string) error {
	name := kind.CreateAPI()
	proc, guid, text, err := prepare(name, id, document)
	if err != nil {
		return err
	}
	var handle uintptr
	var record *uint16
	hr, _, _ := proc.Call(uintptr(unsafe.Pointer(guid)), uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(&handle)), uintptr(unsafe.Pointer(&record)))
	if err := failure(name, hr, record); err != nil {
		return err
	}
	return h.close(kind, handle)
}

func (h hcnAPI) createEndpoint(network uintptr, id, document string) error {
	name := hostnet.KindEndpoint.CreateAPI()
	proc, guid, text, err := prepare(name, id, document)
	if err != nil {
		return err
	}
	var handle uintptr
	var record *uint16
	hr, _, _ := proc.Call(network, uintptr(unsafe.Pointer(guid)), uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(&handle)), uintptr(unsafe.Pointer(&record)))
	if err := failure(name, hr, record); err != nil {
		return err
	}
	return h.close(hostnet.KindEndpoint, handle)
}

// prepare finds a function and converts the common arguments of creations.
func prepare(name, id, document string) (*windows.LazyProc, *windows.GUID, *uint16, error) {
	proc, err := function(computenetwork, name)
	if err != nil {
		return nil, nil, nil, err
	}
	guid, err := windows.GUIDFromString("{" + id + "}")
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: ID %q is not a GUID: %w", name, id, err)
	}
	text, err := windows.UTF16PtrFromString(document)
	return proc, &guid, text, err
}

// Modify implements hostnet.HCN.
func (h hcnAPI) Modify(kind hostnet.Kind, id, request string) error {
	return h.opened(kind, id, func(handle uintptr) error {
		name := kind.ModifyAPI()
		proc, err := function(computenetwork, name)
		if err != nil {
			return err
		}
		text, err := windows.UTF16PtrFromString(request)
		if err != nil {
			return err
		}
		var record *uint16
		hr, _, _ := proc.Call(handle, uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(&record)))
		return failure(name, hr, record)
	})
}

// Query implements hostnet.HCN.
func (h hcnAPI) Query(kind hostnet.Kind, id, query string) (document string, err error) {
	err = h.opened(kind, id, func(handle uintptr) error {
		name := kind.QueryAPI()
		proc, err := function(computenetwork, name)
		if err != nil {
			return err
		}
		text, err := windows.UTF16PtrFromString(query)
		if err != nil {
			return err
		}
		var properties, record *uint16
		hr, _, _ := proc.Call(handle, uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(&properties)), uintptr(unsafe.Pointer(&record)))
		document = take(properties)
		return failure(name, hr, record)
	})
	return document, err
}

// Delete implements hostnet.HCN.
func (hcnAPI) Delete(kind hostnet.Kind, id string) error {
	name := kind.DeleteAPI()
	proc, guid, _, err := prepare(name, id, "")
	if err != nil {
		return err
	}
	var record *uint16
	hr, _, _ := proc.Call(uintptr(unsafe.Pointer(guid)), uintptr(unsafe.Pointer(&record)))
	return failure(name, hr, record)
}

// HNSCall implements hostnet.HCN.
func (hcnAPI) HNSCall(method, path, request string) (string, error) {
	proc, err := function(windows.NewLazySystemDLL("vmcompute.dll"), "HNSCall")
	if err != nil {
		return "", err
	}
	var arguments [3]*uint16
	for i, s := range []string{method, path, request} {
		if arguments[i], err = windows.UTF16PtrFromString(s); err != nil {
			return "", err
		}
	}
	var reply *uint16
	hr, _, _ := proc.Call(uintptr(unsafe.Pointer(arguments[0])), uintptr(unsafe.Pointer(arguments[1])),
		uintptr(unsafe.Pointer(arguments[2])), uintptr(unsafe.Pointer(&reply)))
	return take(reply), failure("HNSCall", hr, nil)
}

// opened calls f with a handle of the object.
func (h hcnAPI) opened(kind hostnet.Kind, id string, f func(handle uintptr) error) error {
	name := kind.OpenAPI()
	proc, guid, _, err := prepare(name, id, "")
	if err != nil {
		return err
	}
	var handle uintptr
	var record *uint16
	hr, _, _ := proc.Call(uintptr(unsafe.Pointer(guid)), uintptr(unsafe.Pointer(&handle)), uintptr(unsafe.Pointer(&record)))
	if err := failure(name, hr, record); err != nil {
		return err
	}
	if err := f(handle); err != nil {
		_ = h.close(kind, handle) // the call's error is the one that matters
		return err
	}
	return h.close(kind, handle)
}

func (hcnAPI) close(kind hostnet.Kind, handle uintptr) error {
	name := kind.CloseAPI()
	proc, err := function(computenetwork, name)
	if err != nil {
		return err
	}
	hr, _, _ := proc.Call(handle)
	return failure(name, hr, nil)
}

// failure returns the error of a call, and frees its error record.
func failure(api string, hr uintptr, record *uint16) error {
	detail := take(record)
	if int32(hr) >= 0 { // #nosec G115 -- an HRESULT has 32 bits
		return nil
	}
	return &hostnet.Error{API: api, Code: hostnet.MakeCode(uint32(hr)), Detail: detail} // #nosec G115 -- an HRESULT has 32 bits
}

// take reads a string that the DLL allocated and frees it as the API requires.
func take(s *uint16) string {
	if s == nil {
		return ""
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(s))
	return windows.UTF16PtrToString(s)
}
