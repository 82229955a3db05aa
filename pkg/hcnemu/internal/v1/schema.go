package v1

import (
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// schemaOf returns the schema version of a document. Version 1 documents have none.
func schemaOf(settings string) (hcnspec.Version, error) {
	var doc struct{ SchemaVersion hcnspec.Version }
	err := state.Decode(settings, &doc)
	return doc.SchemaVersion, err
}

// isV2 reports whether a document follows schema 2. It rejects one without a version that has a field of schema 2 only:
// HNS would silently drop the field.
func isV2(settings string, fieldsOfV2 ...string) (bool, error) {
	schema, err := schemaOf(settings)
	if err != nil {
		return false, err
	}
	if schema.Major >= 2 {
		return true, nil
	}
	var fields map[string]json.RawMessage
	if err := state.Decode(settings, &fields); err != nil {
		return false, err
	}
	for _, f := range fieldsOfV2 {
		if _, there := fields[f]; there {
			return false, refusal.With(hostnet.CodeInvalidJSON, "the document has field %s of schema 2 but no SchemaVersion", f)
		}
	}
	return false, nil
}
