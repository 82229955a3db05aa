package hostnet

import "sync"

// meaning is a row of the error table: the name of a code, its class, and a hint for the user.
type meaning struct {
	name  string
	class Class
	hint  string
}

// Name returns the symbolic name, or "" for an unknown code.
func (c Code) Name() string { return lookUp(c).name }

// Class returns how to handle the code.
func (c Code) Class() Class { return lookUp(c).class }

// Hint returns what the user can do about the error, or "".
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
