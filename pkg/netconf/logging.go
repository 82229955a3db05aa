package netconf

import "strings"

const defaultLogLevel = "info"

// logLevels maps the accepted spellings of levels to the levels.
var logLevels = map[string]string{
	"debug": "debug", "info": "info", "warn": "warn", "warning": "warn", "error": "error",
}

// logging reads the destination and the level of the log.
func (r *reader) logging() {
	file := r.root.Get("logFile")
	if s, ok := file.Str(); ok && s != "" {
		if complaint := badLogFile(s); complaint != "" {
			file.Fail("%s", complaint)
		} else {
			r.c.LogFile = s
		}
	}
	level := r.root.Get("logLevel")
	if s, ok := level.Str(); ok && s != "" {
		if known := logLevels[strings.ToLower(s)]; known != "" {
			r.c.LogLevel = known
		} else {
			level.Fail("want debug, info, warn or error")
		}
	}
}

// badLogFile returns the problem with a path for a log, or "". The rules are the same on every system, since a
// configuration for Windows is validated elsewhere too. It rejects a path on another machine: a verb must not wait for
// it.
func badLogFile(path string) string {
	slashed := strings.ReplaceAll(path, `\`, "/")
	drive := len(path) >= 3 && letter(path[0]) && slashed[1:3] == ":/"
	switch {
	case strings.HasPrefix(slashed, "//"):
		return `a network or device path; want a file on this machine, as C:\k\cni.log`
	case strings.ContainsRune(path, 0):
		return "a path cannot contain a zero byte"
	case strings.Contains(path, "%"):
		return `variables are not replaced; want an absolute path, as C:\k\cni.log`
	case !drive && path[0] != '/':
		return `want an absolute path, as C:\k\cni.log`
	case strings.HasSuffix(slashed, "/"):
		return "this is a directory; want a file in it"
	}
	return ""
}

func letter(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}
