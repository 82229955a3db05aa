package dlltest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// roles are the actions of this executable as a child of its tests, with the exit code.
var roles = map[string]func() int{
	"enumerate": func() int {
		fmt.Println("before")
		r := enumerate("Network", anyQuery)
		fmt.Printf("0x%x %s\n", r.hr, r.record)
		return 3
	},
	"count": func() int {
		for _, r := range []reply{
			hnsCall(vmcompute, "GET", "/globals/version", ""),
			hnsCall(computenetwork, "GET", "/globals/version", ""),
			hnsCall(vmcompute, "GET", "/globals/version", ""),
		} {
			fmt.Printf("0x%x\n", r.hr)
		}
		return 0
	},
	"leave": func() int {
		called := make(chan struct{})
		go func() {
			close(called)
			enumerate("Network", anyQuery)
			fmt.Println("the call came back")
		}()
		<-called
		time.Sleep(200 * time.Millisecond) // until the call is inside the DLL; too short a pause only weakens the test
		return 7
	},
}

// child runs a role with these faults and returns its output and exit code.
func child(t *testing.T, role, faults string) (string, int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), "DLLTEST_ROLE="+role, "HCNEMU_FAULTS="+faults, "HCNEMU_DIR="+t.TempDir())
	output, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(output), "\r", ""), cmd.ProcessState.ExitCode()
}

func TestFaultsReachTheCaller(t *testing.T) {
	output, code := child(t, "enumerate", "HcnEnumerateNetworks#1=0x803b0020")
	if !strings.HasPrefix(output, "before\n0x803b0020 {") || code != 3 {
		t.Errorf("output %q, exit code %d", output, code)
	}
}

// The two DLLs are one emulator: calls are counted together.
func TestBothDLLsCountTogether(t *testing.T) {
	if output, code := child(t, "count", "HNSCall#2=0x80070426"); output != "0x0\n0x80070426\n0x0\n" || code != 0 {
		t.Errorf("output %q, exit code %d", output, code)
	}
}

func TestKillEndsTheProcessInTheCall(t *testing.T) {
	for _, action := range []string{"kill", "kill-after"} {
		if output, code := child(t, "enumerate", "HcnEnumerateNetworks#1="+action); output != "before\n" || code == 0 || code == 3 {
			t.Errorf("%s: output %q, exit code %d", action, output, code)
		}
	}
}

// A process may end while one of its calls hangs in the DLL.
func TestExitDuringHangingCall(t *testing.T) {
	output, code := child(t, "leave", "HcnEnumerateNetworks=hang")
	if output != "" || code != 7 {
		t.Errorf("output %q, exit code %d, want none and 7", output, code)
	}
}

func TestBadSettingIsNamed(t *testing.T) {
	output, code := child(t, "enumerate", "nonsense")
	if !strings.Contains(output, "0x80004005 {") || !strings.Contains(output, "HCNEMU_FAULTS") || code != 3 {
		t.Errorf("output %q, exit code %d", output, code)
	}
}
