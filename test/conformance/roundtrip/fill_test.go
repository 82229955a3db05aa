package roundtrip

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// filler sets every field to a different value, so that swapped fields are detected. Raw JSON has the form of a policy
// because the bindings keep some policies raw that pkg/hcnspec decodes.
type filler struct{ n int }

// beyondBindings are fields of Microsoft's schema page that the bindings do not have, by type. They stay empty here, and
// pkg/hcnemu's TestRecordedDocumentsKeepTheirFields has documents with them.
var beyondBindings = map[string]string{
	"Network": "Base", "Endpoint": "Base", "IPConfig": "IPSubnetID",
	"Subnet": "ID Name IPSubnets Health SchemaVersion Base", "Namespace": "Name NamespaceGUID Health Base",
	"LoadBalancer": "Name Network Health Base", "SDNRoute": "Name Network Routes Health Base",
	"SDNRouteSetting": "AutomaticEndpointMonitor", "ACLSetting": "ID", "ModifyRequest": "ResourceURI",
}

func isBeyond(t reflect.Type, field string) bool {
	return strings.HasSuffix(t.PkgPath(), "pkg/hcnspec") && slices.Contains(strings.Fields(beyondBindings[t.Name()]), field)
}

// filled returns a pointer to a new T without any zero field, but for those that only we have.
func filled[T any]() any {
	v := new(T)
	new(filler).fill(reflect.ValueOf(v).Elem())
	return v
}

var rawMessage = reflect.TypeFor[json.RawMessage]()

func (f *filler) fill(v reflect.Value) {
	f.n++
	if v.Type() == rawMessage {
		v.SetBytes(fmt.Appendf(nil, `{"Type":"raw %d"}`, f.n))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !isBeyond(v.Type(), v.Type().Field(i).Name) {
				f.fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", f.n))
	case reflect.Interface:
		v.Set(reflect.ValueOf(fmt.Sprintf("any %d", f.n)))
	case reflect.Bool:
		v.SetBool(true)
	default:
		f.fillNumber(v)
	}
}

func (f *filler) fillNumber(v reflect.Value) {
	if v.CanInt() {
		v.SetInt(int64(f.n % 100))
		return
	}
	v.SetUint(uint64(f.n%100 + 1))
}

// The tests are meaningless if the filler leaves a field out.
func TestFillerLeavesNothingZero(t *testing.T) {
	type inner struct {
		Text string
		Raw  json.RawMessage
	}
	type outer struct {
		Flag   bool
		Number uint16
		Any    any
		List   []inner
	}
	got := *filled[outer]().(*outer)
	want := outer{true, 4, "any 4", []inner{{"text 7", json.RawMessage(`{"Type":"raw 8"}`)}, {"text 10", json.RawMessage(`{"Type":"raw 11"}`)}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("filled %+v, want %+v", got, want)
	}
}
