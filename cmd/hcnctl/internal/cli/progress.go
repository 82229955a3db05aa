package cli

import "fmt"

// progress is one changing line of a terminal. It prints nothing elsewhere, or with --quiet.
type progress struct {
	a    *app
	what string
	said bool
}

func (a *app) progress(what string) *progress { return &progress{a: a, what: what} }

func (p *progress) say(state string) {
	if !p.a.Terminal || p.a.quiet {
		return
	}
	fmt.Fprintf(p.a.Stderr, "\r\x1b[K%s: %s", p.what, state)
	p.said = true
}

// done clears the line.
func (p *progress) done() {
	if p.said {
		fmt.Fprint(p.a.Stderr, "\r\x1b[K")
	}
}
