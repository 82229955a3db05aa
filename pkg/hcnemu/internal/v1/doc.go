// Package v1 is the older API: its calls, and its documents, which the newer functions also accept.
package v1

import "github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"

// Rules are the rules of this package, applied in one transaction.
type Rules struct{ *state.Tx }

// On applies the rules to a transaction.
func On(t *state.Tx) Rules { return Rules{t} }
