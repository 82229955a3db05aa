package cnilog

import (
	"crypto/sha1"
	"encoding/binary"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

// nameSpace is the prefix that EventSource adds to a provider's name (RFC 4122, network byte order).
var nameSpace = []byte{0x48, 0x2C, 0x2D, 0xB2, 0xC3, 0x90, 0x47, 0xC8, 0x87, 0xF8, 0x1A, 0x15, 0xBF, 0xC1, 0x30, 0xFB}

func TestProviderIDFollowsFromItsName(t *testing.T) {
	seed := append([]byte{}, nameSpace...)
	for _, unit := range utf16.Encode([]rune(strings.ToUpper(providerName))) {
		seed = binary.BigEndian.AppendUint16(seed, unit)
	}
	sum := sha1.Sum(seed)
	want := windows.GUID{
		Data1: binary.LittleEndian.Uint32(sum[0:]),
		Data2: binary.LittleEndian.Uint16(sum[4:]),
		Data3: binary.LittleEndian.Uint16(sum[6:])&0x0fff | 0x5000,
		Data4: [8]byte(sum[8:16]),
	}
	if providerID != want {
		t.Errorf("provider ID %s, want %s", providerID, want)
	}
}

func TestTraceTakesAnyLine(t *testing.T) {
	var tr trace
	for _, line := range []string{"", "{}\n", "a\x00b\n", strings.Repeat("x", 100000)} {
		tr.write(slog.LevelInfo, []byte(line))
	}
	if tr.handle == 0 {
		t.Error("not registered")
	}
	tr.close()
	tr.close()
}
