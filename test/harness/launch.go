package harness

import (
	"fmt"
	"os"
	"os/exec"
)

// reportFD is the descriptor for a launcher's report: the first one after stderr.
const reportFD = 3

// Launch is the main function of a launcher: it runs a command with its own stdin, stdout and stderr, reports the
// command's resident memory, and returns its exit status. A launcher has to be a new process: the memory of a process
// includes that of the one that forked it.
func Launch(argv []string) int {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, "launch:", err)
		return 127
	}
	report := os.NewFile(reportFD, "report")
	if _, err := fmt.Fprint(report, maxRSS(cmd.ProcessState)); err != nil {
		fmt.Fprintln(os.Stderr, "launch: report:", err)
	}
	return cmd.ProcessState.ExitCode()
}

// attachReport passes the file for the report to a launcher.
func attachReport(cmd *exec.Cmd) (*os.File, error) {
	file, err := os.CreateTemp("", "launch-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{file}
	return file, nil
}

// readReport returns what the launcher reported, or 0.
func readReport(file *os.File) int64 {
	text := make([]byte, 32)
	n, _ := file.ReadAt(text, 0) // fewer bytes than requested is an error, and expected
	var rss int64
	if _, err := fmt.Sscan(string(text[:n]), &rss); err != nil {
		return 0
	}
	return rss
}
