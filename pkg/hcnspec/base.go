package hcnspec

import "encoding/json"

// Base is what every object has besides its ID, name, health and schema version
// (https://learn.microsoft.com/virtualization/api/hcn/hns_schema#Base). HNS sets it; the bindings drop it.
type Base struct {
	Owner string `json:",omitempty"`
	// Version is that of the HNS that made the object: the major version in the upper 32 bits.
	Version          uint64          `json:",omitempty"`
	AdditionalParams json.RawMessage `json:",omitempty"`
	Telemetry        json.RawMessage `json:",omitempty"`
	// State is an endpoint's EndpointState. For other kinds of objects no page explains the number.
	State uint16 `json:",omitempty"`
}
