// Package policy has the rules of policies that need no other object: the types of each HNS version, and their valid
// settings.
package policy

import "github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"

// Rules are the rules of this package, applied in one transaction.
type Rules struct{ *state.Tx }

// On applies the rules to a transaction.
func On(t *state.Tx) Rules { return Rules{t} }
