package hostnet

import "sync"

// meaning is a row of the error table: what a code is called, what to do, and what to tell a person.
type meaning struct {
	name  string
	class Class
	hint  string
}

// Name returns the symbolic name, or "" for a code that the table does not have.
func (c Code) Name() string { return lookUp(c).name }

// Class returns what to do about the code.
func (c Code) Class() Class { return lookUp(c).class }

// Hint returns what the reader of the error can do, or "".
func (c Code) Hint() string { return lookUp(c).hint }

// Codes returns every code of the table, unordered.
func Codes() []Code {
	codes := make([]Code, 0, len(meanings()))
	for c := range meanings() {
		codes = append(codes, c)
	}
	return codes
}

// meanings builds the table on first use only: most runs of a plugin meet no error.
var meanings = sync.OnceValue(makeTable)

func lookUp(c Code) meaning { return meanings()[c] }
