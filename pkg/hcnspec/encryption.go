package hcnspec

import "encoding/json"

// EncryptionSetting is the IPsec policy of an endpoint. Empty lists mean any.
type EncryptionSetting struct {
	Name                  string                 `json:",omitempty"`
	EncryptionMethodType  string                 `json:",omitempty"` // Ipsec
	AuthenticationMethods []AuthenticationMethod `json:",omitempty"`
	ProtocolType          string                 `json:",omitempty"`
	Endpoints1            []string               `json:",omitempty"`
	Endpoint1Ports        []string               `json:",omitempty"`
	Endpoints2            []string               `json:",omitempty"`
	Endpoint2Ports        []string               `json:",omitempty"`
}

// AuthenticationMethod is how the two ends of an encrypted connection prove who they are: PresharedKey with
// {"Key": …} or Certificate with {"CertificateName": …}.
type AuthenticationMethod struct {
	Type     string
	Settings json.RawMessage `json:",omitempty"`
}
