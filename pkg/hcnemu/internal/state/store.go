package state

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/node"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Need fails with the code unless this HNS has the feature.
func (t *Tx) Need(f hcnspec.Feature, code hostnet.Code) error {
	if f.In(t.Version()) {
		return nil
	}
	return refusal.With(code, "%s needs HNS %s, this is %s", f.Name, f.Versions(), t.Version())
}

// The state is one bbolt file, opened for each call: what a process committed survives its death. A bucket for each
// kind holds the objects by ID, one bucket indexes them all, one holds counters.
var (
	bucketIndex = []byte("index")
	bucketMeta  = []byte("meta")
)

// Tx is the state during one call.
type Tx struct {
	db      *bolt.Tx
	Profile *node.Profile
	Down    bool
	Epoch   uint64
}

// Version is the version of this HNS.
func (t *Tx) Version() hcnspec.Version { return t.Profile.Version }

// State is the persistent state of an HNS in a directory.
type State struct {
	Dir     string
	Profile *node.Profile
	First   func(*Tx) error // creates the objects of a new node
}

// Transact runs the body in a transaction. It is committed if the body returns nil. The caller holds the
// lock of the node.
func (s State) Transact(readOnly bool, body func(*Tx) error) error {
	path := filepath.Join(s.Dir, "hns.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := s.initialise(path); err != nil {
			return fmt.Errorf("make the state: %w", err)
		}
	}
	db, err := openState(path, readOnly)
	if err != nil {
		return fmt.Errorf("open the state %s: %w", path, err)
	}
	run := db.Update
	if readOnly {
		run = db.View
	}
	err = run(func(b *bolt.Tx) error {
		t := &Tx{db: b, Profile: s.Profile}
		t.Down, t.Epoch = t.counter(CounterDown) != 0, t.counter(CounterEpoch)
		return body(t)
	})
	if errClose := db.Close(); err == nil {
		err = errClose
	}
	return err
}

func openState(path string, readOnly bool) (*bolt.DB, error) {
	return bolt.Open(path, 0o600, &bolt.Options{
		NoSync: true, NoGrowSync: true, NoFreelistSync: false,
		ReadOnly: readOnly, Timeout: 10 * time.Second,
	})
}

// initialise creates the state file under a temporary name first, so that a process that dies meanwhile leaves no
// incomplete one.
func (s State) initialise(path string) error {
	db, err := openState(path+".new", false)
	if err != nil {
		return err
	}
	err = db.Update(func(b *bolt.Tx) error {
		for _, name := range [][]byte{bucketIndex, bucketMeta} {
			if _, err := b.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		for _, k := range hostnet.Kinds() {
			if _, err := b.CreateBucketIfNotExists([]byte(k)); err != nil {
				return err
			}
		}
		return s.First(&Tx{db: b, Profile: s.Profile})
	})
	if errClose := db.Close(); err == nil {
		err = errClose
	}
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Object is a stored document. Its keys are the index entries that lead to it.
type Object interface {
	ObjectID() string
	Keys() []string
}

// row is the stored form of an object, with its index keys.
type row struct {
	Keys   []string
	Object json.RawMessage
}

// Has reports whether the object with a canonical ID exists.
func (t *Tx) Has(kind Kind, id string) bool {
	return t.db.Bucket([]byte(kind)).Get([]byte(id)) != nil
}

// Load reads the object with a canonical ID, or fails with the kind's not-found code.
func (t *Tx) Load(kind Kind, id string, into any) error {
	r, err := t.row(kind, id)
	if err != nil {
		return err
	}
	if r == nil {
		return refusal.Plain(kind.NotFound())
	}
	return json.Unmarshal(r.Object, into)
}

func (t *Tx) row(kind Kind, id string) (*row, error) {
	data := t.db.Bucket([]byte(kind)).Get([]byte(id))
	if data == nil {
		return nil, nil
	}
	r := new(row)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("%s %s in the state: %w", kind, id, err)
	}
	return r, nil
}

// Save writes an object and updates the index.
func (t *Tx) Save(kind Kind, o Object) error {
	if err := t.unindex(kind, o.ObjectID()); err != nil {
		return err
	}
	document, err := json.Marshal(o)
	if err != nil {
		return err
	}
	r := row{Keys: o.Keys(), Object: document}
	for _, key := range r.Keys {
		if err := t.db.Bucket(bucketIndex).Put([]byte(key), []byte(o.ObjectID())); err != nil {
			return fmt.Errorf("index %q: %w", key, err)
		}
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.db.Bucket([]byte(kind)).Put([]byte(o.ObjectID()), data)
}

// Remove deletes an object and its index entries. The object need not exist.
func (t *Tx) Remove(kind Kind, id string) error {
	if err := t.unindex(kind, id); err != nil {
		return err
	}
	return t.db.Bucket([]byte(kind)).Delete([]byte(id))
}

func (t *Tx) unindex(kind Kind, id string) error {
	old, err := t.row(kind, id)
	if err != nil || old == nil {
		return err
	}
	for _, key := range old.Keys {
		if err := t.db.Bucket(bucketIndex).Delete([]byte(key)); err != nil {
			return err
		}
	}
	return nil
}

// counters of the state.
const (
	CounterDown  = "down"  // not 0 while the service is stopped
	CounterEpoch = "epoch" // how many times the service was stopped
	metaIDs      = "ids"   // how many IDs were derived
)

func (t *Tx) counter(name string) uint64 {
	value := t.db.Bucket(bucketMeta).Get([]byte(name))
	if len(value) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(value)
}

// SetCounter sets a counter of the state.
func (t *Tx) SetCounter(name string, value uint64) error {
	return t.db.Bucket(bucketMeta).Put([]byte(name), binary.BigEndian.AppendUint64(nil, value))
}

// Count returns the next value of a counter, 1 first.
func (t *Tx) Count(name string) (uint64, error) {
	next := t.counter(name) + 1
	return next, t.SetCounter(name, next)
}

// Note returns the value that the state keeps under a name in addition to the objects, or nil.
func (t *Tx) Note(name string) []byte {
	return bytes.Clone(t.db.Bucket(bucketMeta).Get([]byte(name)))
}

// SetNote keeps a value under a name; nil removes it.
func (t *Tx) SetNote(name string, value []byte) error {
	if value == nil {
		return t.db.Bucket(bucketMeta).Delete([]byte(name))
	}
	return t.db.Bucket(bucketMeta).Put([]byte(name), value)
}
