//go:build cgo

package main

import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

var openHost = sync.OnceValues(func() (*hcnemu.Host, error) {
	return hcnemu.Open(hcnemu.SettingsFromEnv(os.Getenv))
})

// call runs one function of the API on the emulator and returns its HRESULT. The error record goes to result, which may
// be nil; a caller treats any record as a failure, so success leaves it nil.
func call(result **uint16, do func(*hcnemu.Host) error) C.int {
	if result != nil {
		*result = nil
	}
	err := guarded(do)
	if err == nil {
		return 0
	}
	code, record := refusal(err)
	if result != nil && record != "" {
		*result = allocate(record)
	}
	return C.int(int32(hcnemu.HRESULT(code)))
}

// guarded converts a panic in the emulator to an error: it must not crash the caller's process.
func guarded(do func(*hcnemu.Host) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("emulator panicked: %v", p)
		}
	}()
	host, err := openHost()
	if err != nil {
		return err
	}
	return do(host)
}

// refusal returns the code and the error record of an error; an error that is not the service's, such as a bad HCNEMU_
// variable, becomes E_FAIL with the error's text.
func refusal(err error) (hostnet.Code, string) {
	var refused *hostnet.Error
	if errors.As(err, &refused) {
		return refused.Code, refused.Detail
	}
	record, marshalErr := json.Marshal(map[string]any{
		"Success": false, "Error": err.Error(), "ErrorCode": uint32(hostnet.CodeFail),
	})
	if marshalErr != nil {
		return hostnet.CodeFail, err.Error()
	}
	return hostnet.CodeFail, string(record)
}
