package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
)

// The memory targets.
const (
	mostBytes  = 4_500_000
	mostMemory = 18_000_000
)

// memoryConfs are an ADD for each executable.
var memoryConfs = map[string]string{
	"nat": perProfile["nat"], "sdnbridge": bridge, "sdnoverlay": perProfile["sdnoverlay"],
	"sdntunnel": perProfile["sdntunnel"], "transparent": perProfile["transparent"],
}

// TestMemory prints the size of each executable and the peak resident memory of one ADD.
//
// The process under Wine contains parts that on Windows are elsewhere: the emulator, a second Go program in a DLL, and
// Wine, which acts as the kernel. Wine's share is the peak of a program without Go that does nothing; the emulator's is
// what the DLL adds to that program when it makes as many calls. The rest is the executable's own. It is slightly too
// high because Wine keeps most of 1 MB for each thread.
func TestMemory(t *testing.T) {
	needWine(t)
	program := buildShare(t)
	for plugin, conf := range memoryConfs {
		t.Run(plugin, func(t *testing.T) {
			f := newFixture(t, hcnemu.Settings{})
			info, err := os.Stat(filepath.Join(f.bin.Dir, plugin+".exe"))
			if err != nil {
				t.Fatal(err)
			}
			whole := f.peakOfADD(plugin, conf)
			wine := f.share(program, 0)
			emulator := f.share(program, len(f.journal())) - wine
			own := whole - emulator - wine
			t.Logf("%s.exe: %d bytes; one ADD: %.1f MB resident (%.1f MB with Wine's %.1f MB and the emulator's %.1f MB)",
				plugin, info.Size(), mb(own), mb(whole), mb(wine), mb(emulator))
			if info.Size() > mostBytes || own > mostMemory || own <= 0 || emulator <= 0 || wine <= 0 {
				t.Errorf("want at most %d bytes and %.1f MB of its own", mostBytes, mb(mostMemory))
			}
			if o := f.run(plugin, "DEL", f.local(conf)); o.Exit != 0 {
				t.Errorf("DEL: %s", o.Stdout)
			}
		})
	}
}

func mb(bytes int) float64 { return float64(bytes) / 1e6 }

func buildShare(t *testing.T) string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "share.exe")
	cc, err := exec.LookPath("x86_64-w64-mingw32-gcc")
	if err != nil {
		cc = "x86_64-w64-mingw32-gcc-win32"
	}
	if output, err := exec.CommandContext(t.Context(), cc, "-O2", "-Wall", "-o", exe, "testdata/share.c", "-lole32", "-lpsapi").CombinedOutput(); err != nil {
		t.Fatalf("build share.c: %v\n%s", err, output)
	}
	return exe
}

// share returns the peak of the program without Go after that many calls.
func (f *fixture) share(program string, calls int) int {
	f.Helper()
	cmd := exec.CommandContext(f.Context(), f.bin.Runner[0], program, strconv.Itoa(calls))
	cmd.Env = append(os.Environ(), f.Exec.Env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		f.Fatalf("share.exe %d: %v: %s%s", calls, err, output, &stderr)
	}
	peak, err := strconv.Atoi(strings.TrimSpace(string(output)))
	if err != nil {
		f.Fatal(err)
	}
	return peak
}

// peakOfADD returns the peak resident memory until ADD writes its result, which blocks until the pipe is emptied, so
// that the process still exists when it is measured. The value from wait would be wrong because it includes the
// parent's memory before exec.
func (f *fixture) peakOfADD(plugin, conf string) int {
	f.Helper()
	read, write := fullPipe(f.T)
	cmd := exec.CommandContext(f.Context(), f.bin.Runner[0], filepath.Join(f.bin.Dir, plugin+".exe"))
	cmd.Stdin, cmd.Stdout = strings.NewReader(f.local(conf)), write
	cmd.Env = append(append(os.Environ(), f.Exec.Env...), "CNI_COMMAND=ADD", "CNI_CONTAINERID="+f.pod.ID,
		"CNI_NETNS="+f.pod.Namespace, "CNI_IFNAME=eth0", "CNI_PATH="+f.bin.Dir)
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	if err := write.Close(); err != nil {
		f.Fatal(err)
	}
	// The runner becomes Wine, and Wine the program, without a new process.
	peak, err := peakWhenBlocked(f.Context(), cmd.Process.Pid)
	output, readErr := readAll(read)
	if waitErr := cmd.Wait(); err != nil || readErr != nil || waitErr != nil {
		f.Fatalf("ADD: %v, %v, %v: %s", err, readErr, waitErr, output)
	}
	return peak
}

// fullPipe returns a pipe that is full.
func fullPipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	const size = 4096
	var fds [2]int
	if err := syscall.Pipe2(fds[:], syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fds[1]), syscall.F_SETPIPE_SZ, size); errno != 0 {
		t.Fatal(errno)
	}
	if n, err := syscall.Write(fds[1], bytes.Repeat([]byte(" "), size)); n != size || err != nil {
		t.Fatalf("fill the pipe: %d, %v", n, err)
	}
	return os.NewFile(uintptr(fds[0]), "result"), os.NewFile(uintptr(fds[1]), "stdout")
}

func readAll(file *os.File) (string, error) {
	defer file.Close()
	var text bytes.Buffer
	_, err := text.ReadFrom(file)
	return text.String(), err
}

// peakWhenBlocked waits until a thread of the process blocks in a write to a pipe and returns the process's peak.
func peakWhenBlocked(ctx context.Context, pid int) (int, error) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !stuckInWrite(pid) {
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("process %d writes nothing: %w", pid, ctx.Err())
		case <-tick.C:
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	n, err := strconv.Atoi(kib)
	return n * 1024, err
}

func stuckInWrite(pid int) bool {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/wchan", pid))
	if err != nil {
		return false
	}
	for _, task := range tasks {
		if where, err := os.ReadFile(task); err == nil && strings.HasSuffix(string(where), "pipe_write") {
			return true
		}
	}
	return false
}
