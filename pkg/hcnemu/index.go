package hcnemu

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"iter"
	"net/netip"
	"strings"
)

// Index keys. Those of names, networks and references end in the object's ID, for many objects may
// share what stands before it; an address, MAC or port leads to one object.

func keyName(kind Kind, name, id string) string {
	return "name/" + string(kind) + "/" + name + "\x00" + id
}

func keyOfNetwork(network, endpoint string) string { return "net/" + network + "/" + endpoint }

func keyAddresses(network string) string { return "addr/" + network + "/" }

func keyAddress(network string, a netip.Addr) string { return keyAddresses(network) + addressKey(a) }

// addressKey is text in the order of the addresses.
func addressKey(a netip.Addr) string {
	raw := a.As16()
	return hex.EncodeToString(raw[:])
}

func keyMAC(network, mac string) string { return "mac/" + network + "/" + strings.ToUpper(mac) }

func keyReference(endpoint string, kind Kind, id string) string {
	return "ref/" + endpoint + "/" + string(kind) + "/" + id
}

const keyHostDefault = "hostdefault"

func keyCompartment(number uint32) string { return fmt.Sprintf("compartment/%010d", number) }

// find returns the object that a key leads to, or "".
func (t *tx) find(key string) string {
	return string(t.db.Bucket(bucketIndex).Get([]byte(key)))
}

// findAll returns the objects behind all keys with the prefix, in the order of the keys.
func (t *tx) findAll(prefix string) []string {
	var ids []string
	cursor := t.db.Bucket(bucketIndex).Cursor()
	for key, id := cursor.Seek([]byte(prefix)); key != nil && bytes.HasPrefix(key, []byte(prefix)); key, id = cursor.Next() {
		ids = append(ids, string(id))
	}
	return ids
}

// keysFrom iterates over what follows the prefix in the index's keys, in order, from a point on.
func (t *tx) keysFrom(prefix, from string) iter.Seq[string] {
	return func(yield func(string) bool) {
		cursor := t.db.Bucket(bucketIndex).Cursor()
		for key, _ := cursor.Seek([]byte(prefix + from)); key != nil && bytes.HasPrefix(key, []byte(prefix)); key, _ = cursor.Next() {
			if !yield(string(key[len(prefix):])) {
				return
			}
		}
	}
}

// all returns the IDs of all objects of a kind, in order.
func (t *tx) all(kind Kind) []string {
	var ids []string
	cursor := t.db.Bucket([]byte(kind)).Cursor()
	for id, _ := cursor.First(); id != nil; id, _ = cursor.Next() {
		ids = append(ids, string(id))
	}
	return ids
}
