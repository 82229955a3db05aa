package cli

import (
	"fmt"
	"strings"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// find returns the object with text as ID or name, else the only one whose ID begins with text (8 characters or more,
// as printed in tables).
func find[T any](kind, text string, all []T, idName func(*T) (id, name string)) (*T, error) {
	var exact, begins []*T
	for i := range all {
		id, name := idName(&all[i])
		switch {
		case hostnet.SameID(id, text) || name != "" && name == text:
			exact = append(exact, &all[i])
		case len(text) >= shortID && strings.HasPrefix(strings.ToLower(id), strings.ToLower(text)):
			begins = append(begins, &all[i])
		}
	}
	if len(exact) == 0 {
		exact = begins
	}
	switch len(exact) {
	case 0:
		return nil, fmt.Errorf("%s %q: %w", kind, text, hostnet.ErrNotFound)
	case 1:
		return exact[0], nil
	}
	var ids []string
	for _, o := range exact {
		id, _ := idName(o)
		ids = append(ids, id)
	}
	return nil, fmt.Errorf("%s %q: %d have that name; use one of the IDs %s", kind, text, len(ids), strings.Join(ids, ", "))
}

const shortID = 8
