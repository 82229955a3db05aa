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

// ParseID returns a GUID as the state has it: upper case, without braces.
func ParseID(id string) (string, error) {
	canonical := strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(id, "{"), "}"))
	if !hcnspec.IsGUID(canonical) {
		return "", refusal.With(hostnet.CodeGUIDConversionFailure, "%q is not a GUID", id)
	}
	return canonical, nil
}

// ParseDocumentID is parseID for a GUID inside a document: a bad one makes the document bad
// (hcsshim#1049). Empty and all-zero GUIDs become "".
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
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]), nil
}

// ChooseID returns the ID of an object to be made: the document's, the caller's or a new one. An ID
// that is taken is refused as Windows refuses a file that is there.
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
