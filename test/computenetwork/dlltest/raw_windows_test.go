package dlltest

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	computenetwork = windows.NewLazySystemDLL("computenetwork.dll")
	vmcompute      = windows.NewLazySystemDLL("vmcompute.dll")
)

// reply is the result of a function of the API.
type reply struct {
	hr     uint32
	text   string  // the output: IDs, properties, a response
	record string  // the error record
	handle uintptr // the object created or opened
}

// kinds are the objects of the API with their plurals.
var kinds = map[string]string{
	"Network": "Networks", "Endpoint": "Endpoints", "Namespace": "Namespaces",
	"LoadBalancer": "LoadBalancers", "SdnRoute": "SdnRoutes",
}

func enumerate(kind, query string) reply {
	return call("HcnEnumerate"+kinds[kind], func(o *out) []uintptr { return []uintptr{utf16(query), o.text(), o.record()} })
}

func create(kind, id, settings string) reply {
	return call("HcnCreate"+kind, func(o *out) []uintptr { return []uintptr{guid(id), utf16(settings), o.handle(), o.record()} })
}

func createEndpoint(network uintptr, id, settings string) reply {
	return call("HcnCreateEndpoint", func(o *out) []uintptr {
		return []uintptr{network, guid(id), utf16(settings), o.handle(), o.record()}
	})
}

func open(kind, id string) reply {
	return call("HcnOpen"+kind, func(o *out) []uintptr { return []uintptr{guid(id), o.handle(), o.record()} })
}

func modify(kind string, handle uintptr, settings string) reply {
	return call("HcnModify"+kind, func(o *out) []uintptr { return []uintptr{handle, utf16(settings), o.record()} })
}

func query(kind string, handle uintptr, query string) reply {
	return call("HcnQuery"+kind+"Properties", func(o *out) []uintptr {
		return []uintptr{handle, utf16(query), o.text(), o.record()}
	})
}

func remove(kind, id string) reply {
	return call("HcnDelete"+kind, func(o *out) []uintptr { return []uintptr{guid(id), o.record()} })
}

func closeHandle(kind string, handle uintptr) reply {
	return call("HcnClose"+kind, func(*out) []uintptr { return []uintptr{handle} })
}

func hnsCall(dll *windows.LazyDLL, method, path, request string) reply {
	return callIn(dll, "HNSCall", func(o *out) []uintptr {
		return []uintptr{utf16(method), utf16(path), utf16(request), o.text()}
	})
}

// out receives the output of a function. It stays on the heap while its address is a number.
type out struct {
	textPtr, recordPtr *uint16
	object             uintptr
}

func (o *out) text() uintptr   { return uintptr(unsafe.Pointer(&o.textPtr)) }
func (o *out) record() uintptr { return uintptr(unsafe.Pointer(&o.recordPtr)) }
func (o *out) handle() uintptr { return uintptr(unsafe.Pointer(&o.object)) }

func call(function string, arguments func(*out) []uintptr) reply {
	return callIn(computenetwork, function, arguments)
}

func callIn(dll *windows.LazyDLL, function string, arguments func(*out) []uintptr) reply {
	o := keep(new(out))
	hr, _, _ := dll.NewProc(function).Call(arguments(o)...)
	return reply{hr: uint32(hr), text: taken(o.textPtr), record: taken(o.recordPtr), handle: o.object}
}

// taken reads a string that the DLL allocated and frees it as the API requires.
func taken(s *uint16) string {
	if s == nil {
		return ""
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(s))
	return windows.UTF16PtrToString(s)
}

// kept holds arguments until the process ends, so that their addresses stay valid as numbers.
var kept []any

func keep[T any](p *T) *T {
	kept = append(kept, p)
	return p
}

func utf16(s string) uintptr {
	units, err := windows.UTF16PtrFromString(s)
	if err != nil {
		panic(err)
	}
	return uintptr(unsafe.Pointer(keep(units)))
}

func guid(s string) uintptr {
	id, err := windows.GUIDFromString("{" + s + "}")
	if err != nil {
		panic(err)
	}
	return uintptr(unsafe.Pointer(keep(&id)))
}
