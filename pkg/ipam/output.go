package ipam

import (
	"bytes"
	"errors"
	"fmt"
)

const (
	// maxResult is the number of bytes that a plugin may write to stdout. A result of a hundred addresses has ten
	// thousand.
	maxResult = 1 << 20
	// shown is the number of bytes of a plugin's stderr that an error quotes.
	shown = 2048
)

// result keeps a plugin's stdout. Beyond the limit it drops the rest and calls overflow.
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

// tail keeps the end of a plugin's stderr, where the reason is. A plugin may log anything there.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if len(t.text) > 2*shown {
		t.text = append(t.text[:0], t.text[len(t.text)-shown:]...)
	}
	return len(p), nil
}

// quote returns the text that is appended to an error, empty if the plugin wrote nothing.
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
