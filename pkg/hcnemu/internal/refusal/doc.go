// Package refusal is how the emulated HNS says no: a code, the reason, and HNS's error record of them.
package refusal
