package state

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// ParseID returns a GUID in the form of the state: upper case, without braces.
func ParseID(id string) (string, error) {
	canonical := IDForm(id)
	if !hcnspec.IsGUID(canonical) {
		return "", refusal.With(hostnet.CodeGUIDConversionFailure, "%q is not a GUID", id)
	}
	return canonical, nil
}

// IDForm returns a GUID in the form of the state, and other text in upper case.
func IDForm(id string) string {
	return strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(id, "{"), "}"))
}

// ParseDocumentID is ParseID for a GUID inside a document: an invalid one makes the document invalid (hcsshim#1049).
// Empty and all-zero GUIDs become "".
func ParseDocumentID(field, id string) (string, error) {
	if hostnet.NoID(id) {
		return "", nil
	}
	canonical, err := ParseID(id)
	if err != nil {
		return "", refusal.With(hostnet.CodeInvalidJSON, "%s %q is not a GUID", field, id)
	}
	return canonical, nil
}

// newID derives the next GUID from the state's counter, so that equal histories have equal IDs.
func (t *Tx) newID(kind Kind) (string, error) {
	n, err := t.Count(metaIDs)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("hcnemu "+string(kind)), n))
	return guid(sum), nil
}

// ChooseID returns the ID of a new object: the document's, the caller's or a new one. An ID that is taken is rejected
// as Windows rejects a file that exists.
func (t *Tx) ChooseID(kind Kind, ofDocument, ofCaller string) (string, error) {
	id, err := ParseDocumentID("ID", ofDocument)
	if err != nil {
		return "", err
	}
	if id == "" && !hostnet.NoID(ofCaller) {
		if id, err = ParseID(ofCaller); err != nil {
			return "", err
		}
	}
	if id == "" {
		return t.newID(kind)
	}
	if t.Has(kind, id) {
		return "", refusal.With(hostnet.CodeAlreadyExists, "there is a %s with ID %s", kind, id)
	}
	return id, nil
}

// DerivedID returns a GUID derived from the parts: the same parts have the same GUID.
func DerivedID(parts ...string) string {
	sum := sha256.Sum256([]byte("hcnemu derived\x00" + strings.Join(parts, "\x00")))
	return guid(sum)
}

func guid(sum [sha256.Size]byte) string {
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// Draw returns a number below n for a random choice of HNS. It depends on the seed, the purpose and the object, so that
// the same history with the same seed has the same choices. An n of 0 stands for 2^64. It reports false without a seed:
// the caller then chooses the first free value.
func (t *Tx) Draw(purpose, id string, n uint64) (uint64, bool) {
	if t.Profile.Seed == nil {
		return 0, false
	}
	text := binary.BigEndian.AppendUint64([]byte("hcnemu draw "), *t.Profile.Seed)
	sum := sha256.Sum256(append(text, purpose+"\x00"+id...))
	drawn := binary.BigEndian.Uint64(sum[:])
	if n != 0 {
		drawn %= n
	}
	return drawn, true
}
