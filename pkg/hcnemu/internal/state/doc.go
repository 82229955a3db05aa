// Package state stores the state of HNS: objects by kind and ID in one bbolt file, an index of them, and counters. It
// contains no rule about any object.
package state
