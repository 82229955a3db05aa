//go:build cgo

// The exported functions: seven verbs on five kinds of objects, and HNSCall. The number after the names
// is the kind's place in the table of kinds_windows.go. Signatures:
// https://learn.microsoft.com/virtualization/api/hcn/reference/hcn_apis
#include "_cgo_export.h"

typedef unsigned short *text; // UTF-16
typedef void *guid;
typedef void *handle;

#define HCN(name) __declspec(dllexport) int name

// An endpoint is created in a network; the others have no parent.
#define CREATE_ALONE(kind, number) \
	HCN(HcnCreate##kind)(guid id, text settings, handle *object, text *result) \
	{ return hcnCreate(number, 0, id, settings, object, result); }

#define CREATE_IN_PARENT(kind, number) \
	HCN(HcnCreate##kind)(handle parent, guid id, text settings, handle *object, text *result) \
	{ return hcnCreate(number, parent, id, settings, object, result); }

#define OBJECT(kind, number) \
	HCN(HcnEnumerate##kind##s)(text query, text *ids, text *result) \
	{ return hcnEnumerate(number, query, ids, result); } \
	HCN(HcnOpen##kind)(guid id, handle *object, text *result) \
	{ return hcnOpen(number, id, object, result); } \
	HCN(HcnModify##kind)(handle object, text settings, text *result) \
	{ return hcnModify(number, object, settings, result); } \
	HCN(HcnQuery##kind##Properties)(handle object, text query, text *properties, text *result) \
	{ return hcnQuery(number, object, query, properties, result); } \
	HCN(HcnDelete##kind)(guid id, text *result) \
	{ return hcnDelete(number, id, result); } \
	HCN(HcnClose##kind)(handle object) \
	{ return hcnClose(number, object); }

OBJECT(Network, 0)
OBJECT(Endpoint, 1)
OBJECT(Namespace, 2)
OBJECT(LoadBalancer, 3)
OBJECT(SdnRoute, 4)

CREATE_ALONE(Network, 0)
CREATE_IN_PARENT(Endpoint, 1)
CREATE_ALONE(Namespace, 2)
CREATE_ALONE(LoadBalancer, 3)
CREATE_ALONE(SdnRoute, 4)

HCN(HNSCall)(text method, text path, text request, text *response)
{ return hnsCall(method, path, request, response); }
