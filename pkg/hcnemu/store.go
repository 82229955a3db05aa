package hcnemu

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
)

// The state is one bbolt file, opened for each call: a process that dies leaves what it committed.
// A bucket for each kind holds the objects by ID, one bucket indexes them all, one holds counters.
var (
	bucketIndex = []byte("index")
	bucketMeta  = []byte("meta")
)

// tx is the state during one call.
type tx struct {
	db      *bolt.Tx
	profile *profile
	down    bool
	epoch   uint64
}

func (t *tx) version() hcnspec.Version { return t.profile.version }

// transact runs the body in a transaction that is committed if it returns nil. The caller holds the lock.
func (h *Host) transact(readOnly bool, body func(*tx) error) error {
	path := filepath.Join(h.dir, "hns.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := initialise(path); err != nil {
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
		t := &tx{db: b, profile: h.profile}
		t.down, t.epoch = t.counter(metaDown) != 0, t.counter(metaEpoch)
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

// initialise makes the state file under another name first, so that a process that dies meanwhile
// leaves no half-made one.
func initialise(path string) error {
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
		for _, k := range Kinds() {
			if _, err := b.CreateBucketIfNotExists([]byte(k)); err != nil {
				return err
			}
		}
		return nil
	})
	if errClose := db.Close(); err == nil {
		err = errClose
	}
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// object is a stored document. Its keys are the index entries that lead to it.
type object interface {
	id() string
	keys() []string
}

// row is how an object is stored: with the keys that the index has for it.
type row struct {
	Keys   []string
	Object json.RawMessage
}

func (t *tx) has(kind Kind, id string) bool {
	return t.db.Bucket([]byte(kind)).Get([]byte(id)) != nil
}

// load reads the object with a canonical ID, or refuses with the kind's not-found code.
func (t *tx) load(kind Kind, id string, into any) error {
	r, err := t.row(kind, id)
	if err != nil {
		return err
	}
	if r == nil {
		return refuse(kind.notFound(), "%s", elementNotFound)
	}
	return json.Unmarshal(r.Object, into)
}

func (t *tx) row(kind Kind, id string) (*row, error) {
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

// save writes an object and brings the index up to date.
func (t *tx) save(kind Kind, o object) error {
	if err := t.unindex(kind, o.id()); err != nil {
		return err
	}
	document, err := json.Marshal(o)
	if err != nil {
		return err
	}
	r := row{Keys: o.keys(), Object: document}
	for _, key := range r.Keys {
		if err := t.db.Bucket(bucketIndex).Put([]byte(key), []byte(o.id())); err != nil {
			return fmt.Errorf("index %q: %w", key, err)
		}
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.db.Bucket([]byte(kind)).Put([]byte(o.id()), data)
}

// remove deletes an object and what the index has for it. It need not be there.
func (t *tx) remove(kind Kind, id string) error {
	if err := t.unindex(kind, id); err != nil {
		return err
	}
	return t.db.Bucket([]byte(kind)).Delete([]byte(id))
}

func (t *tx) unindex(kind Kind, id string) error {
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
	metaDown  = "down"  // not 0 while the service is stopped
	metaEpoch = "epoch" // how often the service was stopped
	metaIDs   = "ids"   // how many IDs were derived
	metaPools = "pools" // how many MAC pools were given to networks
)

func (t *tx) counter(name string) uint64 {
	value := t.db.Bucket(bucketMeta).Get([]byte(name))
	if len(value) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(value)
}

func (t *tx) setCounter(name string, value uint64) error {
	return t.db.Bucket(bucketMeta).Put([]byte(name), binary.BigEndian.AppendUint64(nil, value))
}

// count returns the next value of a counter, 1 first.
func (t *tx) count(name string) (uint64, error) {
	next := t.counter(name) + 1
	return next, t.setCounter(name, next)
}
