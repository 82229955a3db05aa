package cnilog

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The provider's name and the GUID that ETW's tools derive from it, as .NET's EventSource does:
// {17bd2dd4-2db3-5817-addf-36f2e3d437a9}. It uses the API itself rather than go-winio's etw package, which costs
// start-up time (a Go callback) and size for structured events that are not needed here.
const providerName = "hcnctl"

var providerID = windows.GUID{
	Data1: 0x17bd2dd4, Data2: 0x2db3, Data3: 0x5817,
	Data4: [8]byte{0xad, 0xdf, 0x36, 0xf2, 0xe3, 0xd4, 0x37, 0xa9},
}

var (
	advapi32            = windows.NewLazySystemDLL("advapi32.dll")
	eventRegister       = advapi32.NewProc("EventRegister")
	eventUnregister     = advapi32.NewProc("EventUnregister")
	eventSetInformation = advapi32.NewProc("EventSetInformation")
	eventWriteString    = advapi32.NewProc("EventWriteString")
)

// trace is a registration as ETW provider, created with the first line. Handles are 64-bit values in one argument, so
// this is correct on 64-bit Windows only, the only one with HNS.
type trace struct {
	handle uint64
	tried  bool
}

// maxUnits keeps an event under ETW's 64 KB.
const maxUnits = 30000

// write sends the line to any listener. Errors are ignored: usually there is no listener.
func (t *trace) write(level slog.Level, line []byte) {
	if !t.tried {
		t.tried = true
		t.register()
	}
	if t.handle == 0 {
		return
	}
	text, err := windows.UTF16FromString(string(bytes.TrimRight(line, "\n")))
	if err != nil {
		return
	}
	if len(text) > maxUnits {
		text = append(text[:maxUnits], 0)
	}
	_, _, _ = eventWriteString.Call(uintptr(t.handle), etwLevel(level), 0, uintptr(unsafe.Pointer(&text[0])))
}

func (t *trace) register() {
	for _, proc := range []*windows.LazyProc{eventRegister, eventUnregister, eventSetInformation, eventWriteString} {
		if proc.Find() != nil {
			return
		}
	}
	if rc, _, _ := eventRegister.Call(uintptr(unsafe.Pointer(&providerID)), 0, 0, uintptr(unsafe.Pointer(&t.handle))); rc != 0 {
		t.handle = 0
		return
	}
	const setTraits = 2 // EventProviderSetTraits
	traits := providerTraits()
	_, _, _ = eventSetInformation.Call(uintptr(t.handle), setTraits, uintptr(unsafe.Pointer(&traits[0])), uintptr(len(traits)))
}

// providerTraits returns the provider's name as ETW requires it: total size, name, zero byte.
func providerTraits() []byte {
	traits := append(make([]byte, 2), providerName+"\x00"...)
	binary.LittleEndian.PutUint16(traits, uint16(len(traits))) // #nosec G115 -- a short name and its header
	return traits
}

// etwLevel returns ETW's level: 2 error, 3 warning, 4 information, 5 verbose.
func etwLevel(level slog.Level) uintptr {
	switch {
	case level >= slog.LevelError:
		return 2
	case level >= slog.LevelWarn:
		return 3
	case level >= slog.LevelInfo:
		return 4
	}
	return 5
}

func (t *trace) close() {
	if t.handle != 0 {
		_, _, _ = eventUnregister.Call(uintptr(t.handle))
		t.handle = 0
	}
}
