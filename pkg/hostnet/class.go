package hostnet

// Class is how to handle an error code.
type Class int

const (
	// Permanent errors persist until the cause is removed. Unknown codes are permanent.
	Permanent Class = iota
	// Transient errors are retried until the deadline.
	Transient
	// Brief errors are retried a few times only, then count as permanent: they go away right after a boot, a network's
	// creation or another pod's deletion, and otherwise never.
	Brief
	// Exists means that the object exists already: look it up.
	Exists
	// NotFound means that the object does not exist.
	NotFound
)

// String returns the class as the documentation spells it.
func (c Class) String() string {
	return [...]string{"permanent", "transient", "brief", "exists", "not found"}[c]
}
