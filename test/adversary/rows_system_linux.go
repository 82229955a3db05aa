package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// systemRows are attacks through the operating system.
func systemRows() []row {
	return []row{
		{"12.14 a log file that is a pipe", logIsPipe},
		{"12.15 pipes planted in host-local's directory", plantedPipe},
		{"12.24 no room for a file", noRoom},
		{"12.24 a full disk", fullDisk},
		{"12.24 read-only directories", readOnly},
		{"12.24 a clock that went back ten years", clockWentBack},
		{"12.24 few file descriptors", fewDescriptors},
		{"12.24 little address space", littleMemory},
		{"12.24 a memory limit of Go", memoryLimit},
		{"12.24 closed standard streams", closedStreams},
	}
}

func logIsPipe(a *attack) {
	pipe := filepath.Join(a.dir, "pipe")
	a.must(syscall.Mkfifo(pipe, 0o600))
	c := a.bridge("podnet", 3).with(conf{"logFile": pipe, "logLevel": "debug"})
	p := a.attached("", c)
	a.isAlive(p, c)
	a.del(p, c)
}

func plantedPipe(a *attack) {
	dir := filepath.Join(a.store(), "podnet")
	a.must(os.MkdirAll(dir, 0o700))
	for _, name := range []string{"lock", "last_reserved_ip.0", "10.244.3.2"} {
		pipe := filepath.Join(dir, name)
		a.must(os.RemoveAll(pipe))
		a.must(syscall.Mkfifo(pipe, 0o600))
		c := a.bridge("podnet", 3).withIPAM(conf{"inProcess": true})
		p := a.pod("")
		a.run(start{command: "ADD", pod: p, conf: c.with(conf{"hnsTimeoutSeconds": 5})})
		a.run(start{command: "DEL", pod: p, conf: c.with(conf{"hnsTimeoutSeconds": 5})})
		a.must(os.RemoveAll(pipe))
		a.del(p, c)
	}
}

// some returns the first, the middle and the last of a list in a sample run, else all of it.
func some[T any](a *attack, list []T) []T {
	if a.rounds > sampleRounds {
		return list
	}
	return []T{list[0], list[len(list)/2], list[len(list)-1]}
}

// starve runs every verb through the launcher, next to a live pod. Whatever the outcome, that pod is unaffected, and a
// DEL without the launcher leaves nothing.
func (a *attack) starve(launcher []string) {
	c := a.bridge("podnet", 3).behind("10.96.0.10")
	neighbour := a.attached("", c)
	for _, c := range []conf{c, c.withIPAM(conf{"inProcess": true})} {
		// Only the starved process has a short deadline: it may wait for something that never happens.
		starved := func(command string, p pod, c conf) {
			a.run(start{command: command, pod: p, conf: c.with(conf{"hnsTimeoutSeconds": 2}), launcher: launcher, starved: true})
		}
		p := a.pod("")
		starved("ADD", p, c)
		starved("DEL", p, c)
		a.del(p, c)
		q := a.attached("", c)
		starved("CHECK", q, c)
		starved("GC", q, c.valid(neighbour, q))
		starved("STATUS", q, c)
		starved("ADD", q, c)
		a.isAlive(q, c)
		starved("DEL", q, c)
		a.del(q, c)
		a.isAlive(neighbour, c)
	}
	a.del(neighbour, c)
	a.nothingLeft()
}

// noRoom limits the size of every file that the process writes; the resulting signal is ignored, so that each write
// fails as on a full disk, including those of the emulated HNS.
func noRoom(a *attack) {
	for _, blocks := range some(a, []int{0, 1, 4}) {
		a.starve(shell(fmt.Sprintf(`trap '' XFSZ; ulimit -f %d; exec "$0"`, blocks)))
	}
}

// private are the plugins' own directories, which HNS does not use.
func (a *attack) private() []string {
	var dirs []string
	for _, kind := range []string{"log", "lock", "replacement", "loadbalancer"} {
		dirs = append(dirs, filepath.Join(a.hns(), kind))
	}
	return append(dirs, filepath.Join(a.store(), "podnet"))
}

// inMounts returns a launcher that runs a script on each of the private directories in a separate mount namespace. It
// is nil if this system does not permit one.
func (a *attack) inMounts(script string) []string {
	if exec.Command("unshare", "-Urm", "sh", "-c", "mount -t tmpfs -o size=4k none /tmp").Run() != nil {
		return nil
	}
	var all strings.Builder
	for _, dir := range a.private() {
		a.must(os.MkdirAll(dir, 0o700))
		fmt.Fprintf(&all, "d='%s'; %s; ", dir, script)
	}
	return []string{"unshare", "-Urm", "sh", "-c", all.String() + `exec "$0"`}
}

func fullDisk(a *attack) {
	launcher := a.inMounts(`mount --bind "$d" /mnt && mount -t tmpfs -o size=16k none "$d" && cp -a /mnt/. "$d" 2>/dev/null; umount /mnt; cat /dev/zero >"$d/fill" 2>/dev/null`)
	if launcher != nil { // else noRoom covers it
		a.starve(launcher)
	}
}

func readOnly(a *attack) {
	launcher := a.inMounts(`mount --bind "$d" "$d" && mount -o remount,ro,bind "$d"`)
	if launcher == nil {
		launcher = shell(`chmod 500 ` + strings.Join(a.private(), " ") + `; "$0"; e=$?; chmod 700 ` + strings.Join(a.private(), " ") + `; exit $e`)
	}
	a.starve(launcher)
}

// clockWentBack dates everything on the node ten years ahead, as if the clock had been set back.
func clockWentBack(a *attack) {
	c := a.bridge("podnet", 3).behind("10.96.0.10")
	p := a.attached("", c)
	ahead := time.Now().AddDate(10, 0, 0)
	for _, dir := range []string{a.hns(), a.store()} {
		a.must(filepath.WalkDir(dir, func(file string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chtimes(file, ahead, ahead)
		}))
	}
	q := a.attached("", c)
	a.expect(start{command: "GC", conf: c.valid(p, q)}, 0)
	a.isAlive(p, c)
	a.isAlive(q, c)
	a.del(p, c)
	a.del(q, c)
	a.nothingLeft()
}

func fewDescriptors(a *attack) {
	for _, n := range some(a, []int{3, 4, 5, 6, 7, 8, 10, 12, 16}) {
		a.starve(shell(fmt.Sprintf(`ulimit -n %d; exec "$0"`, n)))
	}
}

func littleMemory(a *attack) {
	for _, kilobytes := range some(a, []int{2_000, 30_000, 120_000, 600_000, 1_300_000}) {
		a.starve(shell(fmt.Sprintf(`ulimit -v %d; exec "$0"`, kilobytes)))
	}
}

func memoryLimit(a *attack) {
	for _, env := range []string{"GOMEMLIMIT=1MiB", "GOGC=1", "GOMAXPROCS=1"} {
		name, value, _ := strings.Cut(env, "=")
		c := a.bridge("podnet", 3)
		p := a.pod("")
		a.expect(start{command: "ADD", pod: p, conf: c, env: map[string]string{name: value}}, 0)
		a.isAlive(p, c)
		a.expect(start{command: "DEL", pod: p, conf: c, env: map[string]string{name: value}}, 0)
		a.isGone(p)
	}
}

func closedStreams(a *attack) {
	for _, streams := range some(a, []string{"<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "</dev/null", "<&- 2>/dev/full"}) {
		a.starve(shell(`exec "$0" ` + streams))
	}
}
