package state

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"iter"
	"net/netip"
	"strings"
)

// KeyName leads from a kind and a name to an object. Keys of names, networks and references end in the object's ID,
// because several objects may share the part before it; the other keys lead to one object.
func KeyName(kind Kind, name, id string) string {
	return "name/" + string(kind) + "/" + name + "\x00" + id
}

// KeyOfNetwork leads from a network to its endpoint.
func KeyOfNetwork(network, endpoint string) string { return "net/" + network + "/" + endpoint }

// KeyAddresses is the prefix of the keys of the addresses of a network's endpoints.
func KeyAddresses(network string) string { return "addr/" + network + "/" }

// KeyAddress leads from an address on a network to its endpoint.
func KeyAddress(network string, a netip.Addr) string { return KeyAddresses(network) + AddressKey(a) }

// AddressKey returns a text that sorts in the order of the addresses.
func AddressKey(a netip.Addr) string {
	raw := a.As16()
	return hex.EncodeToString(raw[:])
}

// KeyMAC leads from a MAC address on a network to its endpoint.
func KeyMAC(network, mac string) string {
	return "mac/" + network + "/" + strings.ReplaceAll(strings.ToUpper(mac), ":", "-")
}

// KeyReference leads from an endpoint to a load balancer or route that refers to it.
func KeyReference(endpoint string, kind Kind, id string) string {
	return "ref/" + endpoint + "/" + string(kind) + "/" + id
}

// KeyCompartment leads from a compartment to its namespace.
func KeyCompartment(number uint32) string { return fmt.Sprintf("compartment/%010d", number) }

// Find returns the object that a key leads to, or "".
func (t *Tx) Find(key string) string {
	return string(t.db.Bucket(bucketIndex).Get([]byte(key)))
}

// FindAll returns the objects behind all keys with the prefix, in the order of the keys.
func (t *Tx) FindAll(prefix string) []string {
	var ids []string
	cursor := t.db.Bucket(bucketIndex).Cursor()
	for key, id := cursor.Seek([]byte(prefix)); key != nil && bytes.HasPrefix(key, []byte(prefix)); key, id = cursor.Next() {
		ids = append(ids, string(id))
	}
	return ids
}

// KeysFrom iterates over the remainders of the index's keys with the prefix, in order, from a given remainder on.
func (t *Tx) KeysFrom(prefix, from string) iter.Seq[string] {
	return func(yield func(string) bool) {
		cursor := t.db.Bucket(bucketIndex).Cursor()
		for key, _ := cursor.Seek([]byte(prefix + from)); key != nil && bytes.HasPrefix(key, []byte(prefix)); key, _ = cursor.Next() {
			if !yield(string(key[len(prefix):])) {
				return
			}
		}
	}
}

// All returns the IDs of all objects of a kind, in order.
func (t *Tx) All(kind Kind) []string {
	var ids []string
	cursor := t.db.Bucket([]byte(kind)).Cursor()
	for id, _ := cursor.First(); id != nil; id, _ = cursor.Next() {
		ids = append(ids, string(id))
	}
	return ids
}
