package state

import (
	"encoding/json"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// Decode decodes a document that HNS was given.
func Decode(settings string, into any) error {
	if err := json.Unmarshal([]byte(settings), into); err != nil {
		return refusal.With(hostnet.CodeInvalidJSON, "%v", err)
	}
	return nil
}
