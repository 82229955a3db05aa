package ipam

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/alexflint/go-filemutex"
	"github.com/containernetworking/cni/pkg/types"
)

// The test binary is a plugin, a process that a plugin leaves behind, and a process that calls a plugin.
const (
	roleEnv    = "IPAM_TEST_ROLE"
	childRole  = "child:"  // then the file that it locks until it ends
	callerRole = "caller:" // then the plugin's directory
)

// leaveChild starts a process that inherits stdout, and waits until it holds its lock.
func leaveChild(self string) error {
	ready, toldReady, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleEnv+"="+childRole+self+".alive")
	cmd.Stdout, cmd.Stderr = os.Stdout, toldReady
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := toldReady.Close(); err != nil {
		return err
	}
	if said, err := io.ReadAll(ready); err != nil || len(said) != 0 {
		return fmt.Errorf("the child says %q, %w", said, err)
	}
	return nil
}

// holdLock takes a lock that ends with the process, and creates a file once it holds it.
func holdLock(self string) error {
	mutex, err := filemutex.New(self + ".self")
	if err == nil {
		err = mutex.Lock()
	}
	if err == nil {
		err = os.WriteFile(self+".locked", nil, 0o600)
	}
	return err
}

func beTheChild(file string) int {
	mutex, err := filemutex.New(file)
	if err == nil {
		err = mutex.Lock()
	}
	if err != nil {
		fmt.Fprint(os.Stderr, err)
		return 99
	}
	_ = os.Stderr.Close() // tells the plugin
	for {
		time.Sleep(time.Hour)
	}
}

func beTheCaller(dir string) int {
	_ = os.Unsetenv(roleEnv) // or the plugin would have that role too
	_, _, err := Client{}.Add(context.Background(), request(dir))
	fmt.Fprint(os.Stderr, err)
	return 99 // it was to be killed
}

// expectDead waits until the process that the plugin left behind no longer holds its lock.
func expectDead(t *testing.T, dir string) {
	t.Helper()
	expectLockFree(t, pluginFile(dir, "fake")+".alive")
}

func expectLockFree(t *testing.T, file string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Fatalf("the process never lived: %v", err)
	}
	mutex, err := filemutex.New(file)
	if err != nil {
		t.Fatal(err)
	}
	free := make(chan error, 1)
	go func() { free <- mutex.Lock() }()
	select {
	case err := <-free:
		if err != nil {
			t.Error(err)
		}
		_ = mutex.Close()
	case <-time.After(time.Minute):
		t.Fatal("a process that the plugin started is still alive")
	}
}

// Every process that a plugin started ends with the verb, and a process that holds stdout open does not turn success
// into failure.
func TestNothingOutlivesTheVerb(t *testing.T) {
	t.Run("success", func(t *testing.T) {
		dir := install(t, "fake", script{Stdout: oneAddress, Child: true})
		result, _, err := Client{}.Add(t.Context(), request(dir))
		if err != nil {
			t.Fatal(err)
		}
		if got := summary(result); got != "10.0.0.9/24 via 10.0.0.1" {
			t.Errorf("got %s", got)
		}
		expectDead(t, dir)
	})
	t.Run("failure", func(t *testing.T) {
		dir := install(t, "fake", script{Exit: 3, Child: true, ByVerb: map[string]script{"DEL": {}}})
		_, _, err := Client{}.Add(t.Context(), request(dir))
		checkError(t, err, types.ErrInternal, "exit status 3")
		expectDead(t, dir)
	})
	t.Run("deadline", func(t *testing.T) {
		dir := install(t, "fake", script{Hang: true, Child: true})
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			awaitFile(t, pluginFile(dir, "fake")+".alive")
			cancel(context.DeadlineExceeded)
		}()
		checkError(t, Client{}.Check(ctx, request(dir)), types.ErrTryAgainLater, "killed")
		expectDead(t, dir)
	})
}

func awaitFile(t *testing.T, file string) {
	for t.Context().Err() == nil {
		if _, err := os.Stat(file); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// A killed caller's plugin dies with it: it could otherwise reserve an address that is never released.
func TestPluginDiesWithItsCaller(t *testing.T) {
	dir := install(t, "fake", script{Hang: true, Lock: true, Child: runtime.GOOS == "windows"})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	caller := exec.CommandContext(t.Context(), self)
	caller.Env = append(os.Environ(), roleEnv+"="+callerRole+dir)
	pipe, err := caller.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := caller.Start(); err != nil {
		t.Fatal(err)
	}
	awaitFile(t, pluginFile(dir, "fake")+".locked")
	if err := caller.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if said, err := io.ReadAll(pipe); err != nil || len(said) != 0 {
		t.Errorf("the caller says %q, %v", said, err)
	}
	_ = caller.Wait()
	expectLockFree(t, pluginFile(dir, "fake")+".self")
	if runtime.GOOS == "windows" { // elsewhere only the plugin itself is guaranteed to end
		expectDead(t, dir)
	}
}

// A plugin that writes endlessly is killed, and little of its output is kept.
func TestOutputIsBounded(t *testing.T) {
	dir := install(t, "fake", script{Flood: true, Stderr: "flooding", ByVerb: map[string]script{"DEL": {}}})
	_, _, err := Client{}.Add(t.Context(), request(dir))
	checkError(t, err, types.ErrDecodingFailure, "killed because it wrote more than 1048576 bytes to stdout", "flooding")
	if got := called(calls(t, dir, "fake")); got != "ADD DEL" {
		t.Errorf("called %s", got)
	}
	var end tail
	for range 100 {
		if _, err := end.Write([]byte(strings.Repeat("x", 1000) + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := end.Write([]byte("the reason")); err != nil || len(end.text) > 2*shown || !strings.HasSuffix(end.quote(), `the reason"`) {
		t.Errorf("%d bytes of stderr kept, %v: %s", len(end.text), err, end.quote())
	}
}

// An ipam.type that leads back to this executable, or to another one of this project, does not start processes
// endlessly.
func TestPluginIsNotItsOwnIPAMPlugin(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(self), ".exe")
	r := request(filepath.Dir(self))
	r.Plugin = name
	checkError(t, Client{}.Check(t.Context(), r), types.ErrInvalidNetworkConfig, "ipam.type", "this plugin itself")

	dir := install(t, "fake", script{})
	t.Setenv(delegatedEnv, "1")
	checkError(t, Client{}.Check(t.Context(), request(dir)), types.ErrInvalidNetworkConfig, "was itself started as an IPAM plugin")
	if got := calls(t, dir, "fake"); len(got) != 0 {
		t.Errorf("the plugin was called: %v", got)
	}
}

// A success counts even if a process that left the tree holds stdout open.
func TestSuccessIsSuccess(t *testing.T) {
	done, cancel := context.WithCancel(t.Context())
	cancel()
	ok := exec.Command(filepath.Join(install(t, "fake", script{}), filepath.Base(pluginFile("", "fake"))))
	if err := ok.Run(); err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		ctx  context.Context
		err  error
		want bool
	}{
		{t.Context(), nil, true},
		{t.Context(), exec.ErrWaitDelay, true},
		{done, context.Canceled, true},
		{t.Context(), errors.New("read |0: input/output error"), false},
	}
	for _, row := range rows {
		if got := succeeded(row.ctx, ok, row.err); got != row.want {
			t.Errorf("%v: %v, want %v", row.err, got, row.want)
		}
	}
}
