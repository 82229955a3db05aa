package hcnemu

import (
	"encoding/json"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// v1Request is a call of the older API: a method, the collection, and what follows in the path.
type v1Request struct {
	method, id, verb, body string
}

// v1 serves a call of the older API and returns the Output of its reply.
func (t *tx) v1(method, path, body string) (json.RawMessage, error) {
	parts := strings.SplitN(strings.Trim(path, "/"), "/", 3)
	parts = append(parts, "", "")
	request := v1Request{method, parts[1], parts[2], body}
	serve := map[string]func(v1Request) (any, error){
		"globals":       t.v1Globals,
		"networks":      t.v1Networks,
		"endpoints":     t.v1Endpoints,
		"endpointstats": t.v1EndpointStats,
		"namespaces":    t.v1Namespaces,
		"policylists":   t.v1PolicyLists,
		"accelnet":      t.v1Accelnet,
	}[strings.ToLower(parts[0])]
	if serve == nil {
		return nil, unsupportedV1(method, path)
	}
	output, err := serve(request)
	if err != nil || output == nil {
		return nil, err
	}
	return json.Marshal(output)
}

func unsupportedV1(method, path string) error {
	return refuse(hostnet.CodeRequestUnsupported, "%s %s is not served", method, path)
}

func (r v1Request) unsupported(collection string) error {
	return unsupportedV1(r.method, "/"+collection+"/"+r.id+"/"+r.verb)
}

func (t *tx) v1Globals(r v1Request) (any, error) {
	if r.method != "GET" || r.id != "version" {
		return nil, r.unsupported("globals")
	}
	return t.version(), nil
}

// v1Accelnet keeps the MAC addresses that are not to be handed to virtual functions.
func (t *tx) v1Accelnet(r v1Request) (any, error) {
	if err := t.need(hcnspec.FeatureAccelnet, hostnet.CodeRequestUnsupported); err != nil {
		return nil, err
	}
	type entry struct{ MacAddress string }
	var macs struct {
		MacAddressList []entry `json:",omitempty"`
	}
	bucket, key := t.db.Bucket(bucketMeta), []byte("accelnet")
	switch r.method {
	case "GET":
		if stored := bucket.Get(key); stored != nil {
			return json.RawMessage(append([]byte(nil), stored...)), nil
		}
		return macs, nil
	case "DELETE":
		return macs, bucket.Delete(key)
	case "POST":
		if err := decode(r.body, &macs); err != nil {
			return nil, err
		}
		stored, err := json.Marshal(macs)
		if err != nil {
			return nil, err
		}
		return macs, bucket.Put(key, stored)
	}
	return nil, r.unsupported("accelnet")
}

// schemaOf reads the schema version of a document. Version 1 documents have none.
func schemaOf(settings string) (hcnspec.Version, error) {
	var doc struct{ SchemaVersion hcnspec.Version }
	err := decode(settings, &doc)
	return doc.SchemaVersion, err
}

// isV2 reports whether a document follows schema 2. One without a version that has a field of
// schema 2 only is refused: HNS would drop the field without a word.
func isV2(settings string, fieldsOfV2 ...string) (bool, error) {
	schema, err := schemaOf(settings)
	if err != nil {
		return false, err
	}
	if schema.Major >= 2 {
		return true, nil
	}
	var fields map[string]json.RawMessage
	if err := decode(settings, &fields); err != nil {
		return false, err
	}
	for _, f := range fieldsOfV2 {
		if _, there := fields[f]; there {
			return false, refuse(hostnet.CodeInvalidJSON, "the document has field %s of schema 2 but no SchemaVersion", f)
		}
	}
	return false, nil
}

// v1ID returns the canonical ID in a path.
func (r v1Request) v1ID() (string, error) { return parseID(r.id) }
