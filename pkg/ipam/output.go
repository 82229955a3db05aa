package ipam

import (
	"bytes"
	"errors"
	"fmt"
)

const (
	// maxResult is how much a plugin may write to stdout, in bytes. A result of a hundred addresses has
	// ten thousand.
	maxResult = 1 << 20
	// shown is how much of what a plugin complained goes into the error, in bytes.
	shown = 2048
)

// result keeps a plugin's stdout. Once that is too much it drops the rest and calls overflow.
type result struct {
	text     bytes.Buffer
	over     bool
	overflow func()
}

func (r *result) Write(p []byte) (int, error) {
	if r.text.Len()+len(p) > maxResult {
		r.over = true
		r.overflow()
		return 0, errors.New("too much output")
	}
	return r.text.Write(p)
}

// tail keeps the end of a plugin's stderr, where the reason stands. A plugin may log there what it likes.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if len(t.text) > 2*shown {
		t.text = append(t.text[:0], t.text[len(t.text)-shown:]...)
	}
	return len(p), nil
}

// quote is what is appended to an error, nothing if the plugin was silent.
func (t *tail) quote() string {
	text := shorten(t.text)
	if len(text) == 0 {
		return ""
	}
	return fmt.Sprintf(", stderr %q", text)
}

// shorten keeps the end.
func shorten(text []byte) []byte {
	text = bytes.TrimSpace(text)
	return text[max(0, len(text)-shown):]
}
