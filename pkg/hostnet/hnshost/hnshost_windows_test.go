package hnshost

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/Microsoft/hnslib/hcn"
	"golang.org/x/sys/windows"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
	"github.com/Microsoft/windows-container-networking/test/golden"
)

// newOf creates a value of a type that has no name here.
func newOf[T any](*T) *T { return new(T) }

// hcnError creates an error as the bindings do, except for its title and text, which only they can set.
func hcnError(cause error) error {
	e := new(hcn.HcnError)
	e.HnsError = newOf(e.HnsError)
	e.HnsError.Err = cause
	return e
}

// hnsError returns an error of the bindings for HNSCall.
func hnsError(cause error) error {
	e := newOf(new(hcn.HcnError).HnsError)
	e.Err = cause
	return e
}

// localised is a code whose text is not English and ends in a space, as calico#8465 shows it.
type localised struct {
	windows.Errno
	text string
}

func (l localised) Error() string { return l.text }
func (l localised) Unwrap() error { return l.Errno }

func TestTranslate(t *testing.T) {
	rows := map[string]struct {
		err  error
		api  string
		code hostnet.Code
	}{
		"refusal":            {hcnError(windows.Errno(0x803b001e)), "HCN", hostnet.CodeInvalidIP},
		"Win32":              {hcnError(windows.ERROR_NOT_FOUND), "HCN", hostnet.CodeElementNotFound},
		"wrapped":            {fmt.Errorf("x: %w", hcnError(windows.Errno(0x803b0020))), "HCN", hostnet.CodeManagerStopped},
		"of HNSCall":         {hnsError(windows.Errno(0x6ba)), "HCN", hostnet.CodeRPCServerUnavailable},
		"no code":            {hcnError(nil), "HCN", hostnet.CodeFail},
		"no network":         {hcn.NetworkNotFoundError{NetworkName: "n"}, "HcnX", hostnet.CodeNetworkNotFound},
		"no endpoint":        {hcn.EndpointNotFoundError{EndpointName: "n"}, "HcnX", hostnet.CodeEndpointNotFound},
		"no namespace":       {hcn.NamespaceNotFoundError{NamespaceID: "n"}, "HcnX", hostnet.CodeElementNotFound},
		"no load balancer":   {hcn.LoadBalancerNotFoundError{}, "HcnX", hostnet.CodeElementNotFound},
		"any other":          {errors.New("invalid endpoint ID"), "HcnX", hostnet.CodeFail},
		"localised":          {hcnError(localised{windows.Errno(0x803b000d), "所提供的原則設定無效或缺少參數。 "}), "HCN", hostnet.CodeInvalidPolicy},
		"not JSON":           {json.Unmarshal([]byte("{"), new(any)), "HcnX", hostnet.CodeInvalidJSON},
		"JSON of other type": {json.Unmarshal([]byte(`"x"`), new(int)), "HcnX", hostnet.CodeInvalidJSON},
		"v1 failure":         {errors.New("HNS failed with error : boo"), "HcnX", hostnet.CodeFail},
	}
	for name, row := range rows {
		err := translate("HcnX", row.err)
		var e *hostnet.Error
		if !errors.As(err, &e) || e.API != row.api || e.Code != row.code {
			t.Errorf("%s: %v; want %s, %v", name, err, row.api, row.code)
		}
		if errors.Is(err, hostnet.ErrNotFound) != (row.code.Class() == hostnet.NotFound) {
			t.Errorf("%s: %v: not found?", name, err)
		}
	}
	if err := translate("HcnX", nil); err != nil {
		t.Errorf("translate(nil) = %v", err)
	}
}

func TestRecordHasTheCode(t *testing.T) {
	rows := map[string]hostnet.Code{
		`{"Success":false,"Error":"x","ErrorCode":2151350289}`: hostnet.CodePortAlreadyExists - 2,
		`{"ErrorCode":2147943568}`:                             hostnet.CodeElementNotFound,
		`{"Success":false}`:                                    hostnet.CodeFail,
		`boo`:                                                  hostnet.CodeFail,
	}
	for record, want := range rows {
		if got := codeOfRecord(record); got != want {
			t.Errorf("%s: %v, want %v", record, got, want)
		}
	}
}

func TestMissingFunctionIsUnavailable(t *testing.T) {
	missing := windows.NewLazySystemDLL("kernel32.dll").NewProc("NoSuchFunctionOfWindows").Find()
	err := translate("HcnX", fmt.Errorf("x: %w", missing))
	if !errors.Is(err, hostnet.ErrUnavailable) || !strings.Contains(err.Error(), "NoSuchFunctionOfWindows") {
		t.Errorf("got %v, want unavailable and the name", err)
	}
}

// TestMissingDLLIsUnavailable concerns machines without HNS; elsewhere HNS itself returns the same code.
func TestMissingDLLIsUnavailable(t *testing.T) {
	err := translate("HcnX", hcnError(windows.ERROR_MOD_NOT_FOUND))
	if missing := findMissing(); missing != nil {
		if !errors.Is(err, hostnet.ErrUnavailable) || !strings.Contains(err.Error(), ".dll") {
			t.Errorf("got %v, want unavailable and the DLL's name", err)
		}
		return
	}
	if hostnet.CodeOf(err) != hostnet.CodeModuleNotFound {
		t.Errorf("got %v, want HNS's own code", err)
	}
}

func TestPanicsOfTheBindingsAreErrors(t *testing.T) {
	panicking := map[string]func() error{
		"do":  func() error { return do("HcnX", func() error { panic("boo") }) },
		"get": func() error { _, err := get[int]("HcnX", func() (int, error) { panic("boo") }); return err },
		"nil": func() error {
			return do("HcnX", func() error { var n *hcn.HostComputeNetwork; n.Name = ""; return nil })
		},
	}
	for name, f := range panicking {
		err := f()
		var e *hostnet.Error
		if errors.Is(err, hostnet.ErrUnavailable) { // this Windows lacks the DLL, so that is the reason
			continue
		}
		if !errors.As(err, &e) || e.API != "HcnX" || e.Code != hostnet.CodeFail || !strings.Contains(e.Detail, "panicked") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fill sets every field to a value that the bindings' types can hold.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`{"a":1}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("text")
	case reflect.Interface:
		v.Set(reflect.ValueOf("data"))
	case reflect.Int:
		v.SetInt(2)
	default:
		v.SetUint(7)
	}
}

// TestDocumentsSurviveTheBindings converts each document, with every field set, to the bindings' type and back. What the
// bindings have no field for is lost on the way, and no request may have it: testdata/lost.txt.
func TestDocumentsSurviveTheBindings(t *testing.T) {
	var lost []string
	lost = append(lost, roundTrip[hcnspec.Network, hcn.HostComputeNetwork](t)...)
	lost = append(lost, roundTrip[hcnspec.Endpoint, hcn.HostComputeEndpoint](t)...)
	lost = append(lost, roundTrip[hcnspec.Namespace, hcn.HostComputeNamespace](t)...)
	lost = append(lost, roundTrip[hcnspec.LoadBalancer, hcn.HostComputeLoadBalancer](t)...)
	lost = append(lost, roundTrip[hcnspec.PolicySettings, hcn.PolicyEndpointRequest](t)...)
	lost = append(lost, roundTrip[hcnspec.Version, hcn.Version](t)...)
	golden.Compare(t, filepath.Join("testdata", "lost.txt"), strings.Join(lost, "\n")+"\n")
}

// roundTrip returns the paths that the bindings lose, and fails if they change a value.
func roundTrip[Ours, Theirs any](t *testing.T) []string {
	t.Helper()
	var ours Ours
	fill(reflect.ValueOf(&ours).Elem())
	theirs, err := convert[Theirs]("HcnX", ours)
	if err != nil {
		t.Fatal(err)
	}
	back, err := convert[Ours]("HcnX", theirs)
	if err != nil {
		t.Fatal(err)
	}
	var lost []string
	before, after := leaves(t, ours), leaves(t, back)
	for path, value := range before {
		switch got, kept := after[path]; {
		case !kept:
			lost = append(lost, fmt.Sprintf("%T.%s", ours, path))
		case got != value:
			t.Errorf("%T.%s: %v becomes %v", ours, path, value, got)
		}
	}
	slices.Sort(lost)
	return lost
}

// leaves returns the scalars of a document, by path.
func leaves(t *testing.T, document any) map[string]any {
	t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, each := range v {
				walk(strings.TrimPrefix(path+"."+key, "."), each)
			}
		case []any:
			for _, each := range v {
				walk(path+"[]", each)
			}
		default:
			all[path] = v
		}
	}
	walk("", tree)
	return all
}

func TestAdaptersHaveAddresses(t *testing.T) {
	adapters, err := service{}.Adapters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range adapters {
		if a.Name == "" {
			t.Errorf("an adapter without a name: %+v", a)
		}
		for _, p := range a.Addresses {
			if !p.IsValid() || p.Addr().IsLoopback() {
				t.Errorf("%s: address %v", a.Name, p)
			}
		}
	}
}

// TestRefusalsOfTheDLL needs a computenetwork.dll; it only requests objects that cannot exist. HCNEMU_DIR is set if the
// DLL is the emulator.
func TestRefusalsOfTheDLL(t *testing.T) {
	if missing := findMissing(); missing != nil || os.Getenv("HCNEMU_DIR") == "" {
		t.Skipf("no emulated HNS: %v", missing)
	}
	s, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	const id = "8EA92AC2-63F2-4F8B-A96A-DF015C894472"
	_, errNetwork := s.NetworkByName(t.Context(), `no "such" network`)
	_, errCreate := s.CreateEndpoint(t.Context(), &hcnspec.Endpoint{Name: "x", Network: id, SchemaVersion: hcnspec.SchemaV2})
	rows := map[string]struct {
		err  error
		code hostnet.Code
	}{
		"HcnEnumerateNetworks": {errNetwork, hostnet.CodeNetworkNotFound},
		"HcnOpenNetwork":       {errCreate, hostnet.CodeNetworkNotFound},
		"HcnDeleteEndpoint":    {s.DeleteEndpoint(t.Context(), id), hostnet.CodeEndpointNotFound},
		"HcnOpenNamespace":     {s.Attach(t.Context(), id, id), hostnet.CodeElementNotFound},
		"HcnDeleteNetwork":     {s.DeleteNetwork(t.Context(), "no GUID"), hostnet.CodeGUIDConversionFailure},
	}
	for api, row := range rows {
		var e *hostnet.Error
		if !errors.As(row.err, &e) || e.API != api || e.Code != row.code {
			t.Errorf("%s: %v, want %v", api, row.err, row.code)
		}
	}
	if list, err := s.EndpointsByName(t.Context(), `no "such" endpoint`); err != nil || len(list) != 0 {
		t.Errorf("endpoints of that name: %v, %v", list, err)
	}
	if v, err := s.Version(t.Context()); err != nil || v == (hcnspec.Version{}) {
		t.Errorf("version %v, %v", v, err)
	}
}
