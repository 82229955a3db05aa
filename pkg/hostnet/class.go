package hostnet

// Class says what to do about an error code.
type Class int

const (
	// Permanent errors stay until somebody changes something. Unknown codes are permanent.
	Permanent Class = iota
	// Transient errors are retried until the deadline.
	Transient
	// Brief errors are retried a few times only, then count as permanent: they pass right after
	// a boot, a network's creation or another pod's deletion, and otherwise never.
	Brief
	// Exists means that the object exists already: look it up.
	Exists
	// NotFound means that the object is not there.
	NotFound
)

// String returns the class as the documentation spells it.
func (c Class) String() string {
	return [...]string{"permanent", "transient", "brief", "exists", "not found"}[c]
}
