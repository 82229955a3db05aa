package harness

import (
	"fmt"
	"os"
	"os/exec"
)

// reportFD is where a launcher reports: the first descriptor after stderr.
const reportFD = 3

// Launch is the main of a launcher: it runs a command with its own stdin, stdout and stderr, reports the
// command's resident memory, and returns its exit status. A launcher has to be a process that has just
// begun: a process counts as its own the memory of the one that forked it.
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

// attachReport gives a launcher the file to report to.
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
	n, _ := file.ReadAt(text, 0) // fewer bytes than asked for is an error, and what is expected
	var rss int64
	if _, err := fmt.Sscan(string(text[:n]), &rss); err != nil {
		return 0
	}
	return rss
}
