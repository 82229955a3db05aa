package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The IPAM wrapper is this executable under another name. It runs between a plugin and host-local, and dies, kills or
// misbehaves between IPAM and HCN, a moment that no HCN call marks.
const (
	wrapperName = "ipam-wrapper"
	wrapperEnv  = "CRASH_IPAM"   // VERB=action; other verbs are passed to host-local unchanged
	pluginEnv   = "CRASH_PLUGIN" // the executable that started the wrapper
)

// ipamFaults are the wrapper's actions in a verb.
func ipamFaults(command string) []string {
	var all []string
	for _, what := range []string{"kill-before", "kill-after", "fail", "busy", "garbage", "crash", "hang"} {
		all = append(all, ipamPrefix+command+"="+what)
	}
	return all
}

// isWrapper reports whether this process was started as the wrapper.
func isWrapper() bool { return filepath.Base(os.Args[0]) == wrapperName }

// makeWrapper puts the wrapper into a directory for CNI_PATH.
func makeWrapper(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Symlink(self, filepath.Join(dir, wrapperName))
}

// wrap is the wrapper's main function. It returns the exit status.
func wrap() int {
	verb, what, _ := strings.Cut(os.Getenv(wrapperEnv), "=")
	if verb != os.Getenv("CNI_COMMAND") {
		return hostLocal(true)
	}
	switch what {
	case "kill-before":
		return killParent()
	case "kill-after":
		hostLocal(false)
		return killParent()
	case "fail":
		fmt.Println(`{"cniVersion":"1.1.0","code":120,"msg":"the wrapper was told to fail"}`)
		return 1
	case "busy":
		fmt.Println(`{"cniVersion":"1.1.0","code":11,"msg":"the wrapper was told to be busy"}`)
		return 1
	case "garbage":
		hostLocal(false)
		fmt.Println("this is no result")
		return 0
	case "crash":
		hostLocal(false)
		return 2
	case "hang":
		hostLocal(false)
		time.Sleep(hardLimit)
	}
	return hostLocal(true)
}

// hostLocal runs the real plugin with the same stdin and environment.
func hostLocal(speak bool) int {
	cmd := exec.Command(filepath.Join(pluginDir(), "host-local"))
	cmd.Stdin = os.Stdin
	if speak {
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	}
	if err := cmd.Run(); err != nil {
		return 1
	}
	return 0
}

// killParent kills the plugin that started the wrapper, and nothing else: if the plugin has already ended, its process
// ID may belong to another process.
func killParent() int {
	pid := os.Getppid()
	file, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err == nil && file != os.Getenv(pluginEnv) {
		err = fmt.Errorf("process %d is %s, not the plugin", pid, file)
	}
	var parent *os.Process
	if err == nil {
		parent, err = os.FindProcess(pid)
	}
	if err == nil {
		err = parent.Kill()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kill the plugin:", err)
		return 1
	}
	return 0
}

// pluginDir is the first directory of CNI_PATH, which has the plugins and host-local.
func pluginDir() string { return filepath.SplitList(os.Getenv("CNI_PATH"))[0] }
