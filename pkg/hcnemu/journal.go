package hcnemu

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Call is a line of the journal: one raw call that the service answered.
type Call struct {
	Seq   uint64  `json:"seq"` // over all processes, in the order in which the service served them
	PID   int     `json:"pid"`
	API   string  `json:"api"` // HcnCreateEndpoint
	ID    string  `json:"id"`  // of the object; method and path for HNSCall; empty for enumerations
	Ms    float64 `json:"ms"`  // time in the service, without waiting for other calls
	Error string  `json:"err"` // "" or the symbolic name and number of the code
}

// journalTail exceeds the length of any line, so that it contains the last line.
const journalTail = 8 << 10

func (h *Host) journalPath() string { return filepath.Join(h.dir, "journal.jsonl") }

// Journal returns the calls since the state directory was created, of all processes.
func (h *Host) Journal() ([]Call, error) {
	data, err := os.ReadFile(h.journalPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	var calls []Call
	whole := data[:bytes.LastIndexByte(data, '\n')+1] // another process may be writing the rest
	for n, line := range bytes.Split(bytes.TrimSuffix(whole, []byte("\n")), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var c Call
		if err := json.Unmarshal(line, &c); err != nil {
			return nil, fmt.Errorf("journal line %d: %w", n+1, err)
		}
		calls = append(calls, c)
	}
	return calls, nil
}

// record appends the call to the journal. The caller holds the lock of the node.
func (h *Host) record(c *call, took time.Duration, outcome error) error {
	file, err := os.OpenFile(h.journalPath(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	defer file.Close()
	seq, end, err := lastEntry(file)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	entry := Call{Seq: seq + 1, PID: os.Getpid(), API: c.api, ID: c.id[:min(len(c.id), maxJournalID)], Ms: float64(took.Microseconds()) / 1000}
	if code := codeOf(outcome); code != 0 {
		entry.Error = code.String()
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	_, err = file.WriteAt(append(line, '\n'), end)
	return err
}

// maxJournalID bounds what an entry shows of an ID or a path, which JSON may write with six bytes for one, so that the
// tail always holds a whole line.
const maxJournalID = journalTail / 8

// lastEntry returns the number of the last whole line and where it ends. Anything after it was left by a process that
// was killed while writing, and is overwritten.
func lastEntry(file *os.File) (seq uint64, end int64, err error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return 0, 0, err
	}
	start := max(0, size-journalTail)
	tail := make([]byte, size-start)
	if _, err := file.ReadAt(tail, start); err != nil {
		return 0, 0, err
	}
	whole := tail[:bytes.LastIndexByte(tail, '\n')+1]
	end = start + int64(len(whole))
	if end != size {
		if err := file.Truncate(end); err != nil {
			return 0, 0, err
		}
	}
	if len(whole) == 0 {
		return 0, end, nil
	}
	line := whole[bytes.LastIndexByte(whole[:len(whole)-1], '\n')+1:]
	var last Call
	err = json.Unmarshal(line, &last)
	return last.Seq, end, err
}
