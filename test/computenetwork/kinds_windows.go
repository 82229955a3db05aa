//go:build cgo

package main

import "C"

import (
	"unsafe"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// kinds is indexed by the numbers in exports_windows.c.
var kinds = [...]hcnemu.Kind{"Network", "Endpoint", "Namespace", "LoadBalancer", "SdnRoute"}

//export hcnEnumerate
func hcnEnumerate(kind C.int, query *uint16, ids, result **uint16) C.int {
	return call(result, func(h *hcnemu.Host) error {
		found, err := h.Enumerate(kinds[kind], text(query))
		return put(ids, found, err)
	})
}

//export hcnCreate
func hcnCreate(kind C.int, parent, id unsafe.Pointer, settings *uint16, object *unsafe.Pointer, result **uint16) C.int {
	return call(result, func(h *hcnemu.Host) error {
		made, err := h.Create(kinds[kind], handle(parent), guid(id), text(settings))
		*object = pointer(made)
		return err
	})
}

//export hcnOpen
func hcnOpen(kind C.int, id unsafe.Pointer, object *unsafe.Pointer, result **uint16) C.int {
	return call(result, func(h *hcnemu.Host) error {
		opened, err := h.Open(kinds[kind], guid(id))
		*object = pointer(opened)
		return err
	})
}

//export hcnModify
func hcnModify(kind C.int, object unsafe.Pointer, settings *uint16, result **uint16) C.int {
	return call(result, func(h *hcnemu.Host) error {
		return h.Modify(kinds[kind], handle(object), text(settings))
	})
}

//export hcnQuery
func hcnQuery(kind C.int, object unsafe.Pointer, query *uint16, properties, result **uint16) C.int {
	return call(result, func(h *hcnemu.Host) error {
		found, err := h.Query(kinds[kind], handle(object), text(query))
		return put(properties, found, err)
	})
}

//export hcnDelete
func hcnDelete(kind C.int, id unsafe.Pointer, result **uint16) C.int {
	return call(result, func(h *hcnemu.Host) error { return h.Delete(kinds[kind], guid(id)) })
}

//export hcnClose
func hcnClose(kind C.int, object unsafe.Pointer) C.int {
	return call(nil, func(h *hcnemu.Host) error { return h.CloseHandle(kinds[kind], handle(object)) })
}

//export hnsCall
func hnsCall(method, path, request *uint16, response **uint16) C.int {
	return call(nil, func(h *hcnemu.Host) error {
		reply, err := h.HNSCall(text(method), text(path), text(request))
		return put(response, reply, err)
	})
}
