package hcnemu

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
)

// Index keys. Those of names, networks and references end in the object's ID, for many objects may
// share what stands before it; an address, MAC or port leads to one object.

func keyName(kind Kind, name, id string) string {
	return "name/" + string(kind) + "/" + name + "\x00" + id
}

func keyOfNetwork(network, endpoint string) string { return "net/" + network + "/" + endpoint }

func keyAddress(network string, a netip.Addr) string {
	return fmt.Sprintf("addr/%s/%x", network, a.As16()) // in the order of the addresses
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
	for key, id := cursor.Seek([]byte(prefix)); bytes.HasPrefix(key, []byte(prefix)); key, id = cursor.Next() {
		ids = append(ids, string(id))
	}
	return ids
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
