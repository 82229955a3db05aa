// Package refusal has the errors of the emulated HNS: a code, the reason, and HNS's error record of them.
package refusal
