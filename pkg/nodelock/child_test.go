package nodelock

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// The test binary is its own second process: with childEnv set it does what its arguments specify.
const childEnv = "NODELOCK_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		os.Exit(m.Run())
	}
	var err error
	switch args := os.Args[1:]; args[0] {
	case "count":
		err = count(args[1], args[2])
	case "hold":
		err = hold(args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0")
	return cmd
}

// startHolder starts a process that has the lock when this returns, and keeps it.
func startHolder(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	cmd := child(t, "hold", name)
	_, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || strings.TrimSpace(line) != "held" {
		t.Fatalf("holder said %q, %v", line, err)
	}
	return cmd
}

// hold keeps the lock until its input ends, at the latest when its parent dies.
func hold(name string) error {
	release, err := OfNode().Announce(context.Background(), name)
	if err != nil {
		return err
	}
	defer release()
	fmt.Println("held")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// count increments the number in the file the given number of times, each time under the lock.
func count(file, rounds string) error {
	n, err := strconv.Atoi(rounds)
	if err != nil {
		return err
	}
	for range n {
		release, err := OfNode().Acquire(context.Background(), "counter")
		if err != nil {
			return err
		}
		err = os.WriteFile(file, []byte(strconv.Itoa(readCounter(file)+1)), 0o600)
		release()
		if err != nil {
			return err
		}
	}
	return nil
}

func readCounter(file string) int {
	data, err := os.ReadFile(file)
	if err != nil {
		return -1
	}
	n, err := strconv.Atoi(string(data))
	if err != nil {
		return -1
	}
	return n
}
