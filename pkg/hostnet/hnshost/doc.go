// Package hnshost is hostnet.Service over the host network service of this Windows node. It is the only importer of the
// HCN bindings (github.com/Microsoft/hnslib/hcn), and besides calling them it only translates documents and errors.
//
// On other systems the package is empty; see pkg/thishost.
package hnshost
