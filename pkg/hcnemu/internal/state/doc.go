// Package state is what HNS remembers: objects by kind and ID in one bbolt file, an index of them, and
// counters. It knows no rule about any object.
package state
