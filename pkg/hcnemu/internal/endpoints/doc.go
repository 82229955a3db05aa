// Package endpoints has the rules of endpoints: creation with all that HNS fills in, policies, published
// ports, deletion.
package endpoints

import "github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"

// Rules are the rules of this package, applied in one transaction.
type Rules struct{ *state.Tx }

// On applies the rules to a transaction.
func On(t *state.Tx) Rules { return Rules{t} }
