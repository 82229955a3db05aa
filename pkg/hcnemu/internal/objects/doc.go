// Package objects defines the stored form of each kind of object: its document and the state that the document does not
// show, its index keys, and how HNS returns it.
package objects
