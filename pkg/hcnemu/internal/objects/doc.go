// Package objects holds what is stored for each kind of object: its document with what the document does
// not show, the index keys that lead to it, and how HNS returns it.
package objects
