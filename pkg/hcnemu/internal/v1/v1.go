package v1

import (
	"encoding/json"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// v1Request is a call of the older API: a method, the collection, and the rest of the path.
type v1Request struct {
	method, id, verb, body string
}

// Serve serves a call of the older API and returns the Output of its reply.
func (t Rules) Serve(method, path, body string) (json.RawMessage, error) {
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
	return refusal.With(hostnet.CodeRequestUnsupported, "%s %s is not served", method, path)
}

func (r v1Request) unsupported(collection string) error {
	return unsupportedV1(r.method, "/"+collection+"/"+r.id+"/"+r.verb)
}

func (t Rules) v1Globals(r v1Request) (any, error) {
	if r.method != "GET" || r.id != "version" {
		return nil, r.unsupported("globals")
	}
	return t.Version(), nil
}

// v1Accelnet keeps the MAC addresses that must not be assigned to virtual functions.
func (t Rules) v1Accelnet(r v1Request) (any, error) {
	if err := t.Need(hcnspec.FeatureAccelnet, hostnet.CodeRequestUnsupported); err != nil {
		return nil, err
	}
	type entry struct{ MacAddress string }
	var macs struct {
		MacAddressList []entry `json:",omitempty"`
	}
	switch r.method {
	case "GET":
		if stored := t.Note("accelnet"); stored != nil {
			return json.RawMessage(stored), nil
		}
		return macs, nil
	case "DELETE":
		return macs, t.SetNote("accelnet", nil)
	case "POST":
		if err := state.Decode(r.body, &macs); err != nil {
			return nil, err
		}
		stored, err := json.Marshal(macs)
		if err != nil {
			return nil, err
		}
		return macs, t.SetNote("accelnet", stored)
	}
	return nil, r.unsupported("accelnet")
}

// v1ID returns the ID in a path in canonical form.
func (r v1Request) v1ID() (string, error) { return state.ParseID(r.id) }
