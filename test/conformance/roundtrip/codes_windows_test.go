package roundtrip

import (
	"testing"

	"golang.org/x/sys/windows"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// codes are all HCN codes that golang.org/x/sys/windows knows.
var codes = map[string]windows.Handle{
	"GCN_E_DEFAULTNAMESPACE_EXISTS":           windows.GCN_E_DEFAULTNAMESPACE_EXISTS,
	"GCN_E_MODULE_NOT_FOUND":                  windows.GCN_E_MODULE_NOT_FOUND,
	"GCN_E_NETADAPTER_NOT_FOUND":              windows.GCN_E_NETADAPTER_NOT_FOUND,
	"GCN_E_NETADAPTER_TIMEOUT":                windows.GCN_E_NETADAPTER_TIMEOUT,
	"GCN_E_NETCOMPARTMENT_NOT_FOUND":          windows.GCN_E_NETCOMPARTMENT_NOT_FOUND,
	"GCN_E_NETINTERFACE_NOT_FOUND":            windows.GCN_E_NETINTERFACE_NOT_FOUND,
	"GCN_E_NO_REQUEST_HANDLERS":               windows.GCN_E_NO_REQUEST_HANDLERS,
	"GCN_E_REQUEST_UNSUPPORTED":               windows.GCN_E_REQUEST_UNSUPPORTED,
	"GCN_E_RUNTIMEKEYS_FAILED":                windows.GCN_E_RUNTIMEKEYS_FAILED,
	"HCN_E_ADAPTER_NOT_FOUND":                 windows.HCN_E_ADAPTER_NOT_FOUND,
	"HCN_E_ADDR_INVALID_OR_RESERVED":          windows.HCN_E_ADDR_INVALID_OR_RESERVED,
	"HCN_E_DEGRADED_OPERATION":                windows.HCN_E_DEGRADED_OPERATION,
	"HCN_E_ENDPOINT_ALREADY_ATTACHED":         windows.HCN_E_ENDPOINT_ALREADY_ATTACHED,
	"HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS": windows.HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS,
	"HCN_E_ENDPOINT_NOT_FOUND":                windows.HCN_E_ENDPOINT_NOT_FOUND,
	"HCN_E_ENDPOINT_SHARING_DISABLED":         windows.HCN_E_ENDPOINT_SHARING_DISABLED,
	"HCN_E_ENTITY_HAS_REFERENCES":             windows.HCN_E_ENTITY_HAS_REFERENCES,
	"HCN_E_GUID_CONVERSION_FAILURE":           windows.HCN_E_GUID_CONVERSION_FAILURE,
	"HCN_E_ICS_DISABLED":                      windows.HCN_E_ICS_DISABLED,
	"HCN_E_INVALID_ENDPOINT":                  windows.HCN_E_INVALID_ENDPOINT,
	"HCN_E_INVALID_INTERNAL_PORT":             windows.HCN_E_INVALID_INTERNAL_PORT,
	"HCN_E_INVALID_IP":                        windows.HCN_E_INVALID_IP,
	"HCN_E_INVALID_JSON":                      windows.HCN_E_INVALID_JSON,
	"HCN_E_INVALID_JSON_REFERENCE":            windows.HCN_E_INVALID_JSON_REFERENCE,
	"HCN_E_INVALID_NETWORK":                   windows.HCN_E_INVALID_NETWORK,
	"HCN_E_INVALID_NETWORK_TYPE":              windows.HCN_E_INVALID_NETWORK_TYPE,
	"HCN_E_INVALID_POLICY":                    windows.HCN_E_INVALID_POLICY,
	"HCN_E_INVALID_POLICY_TYPE":               windows.HCN_E_INVALID_POLICY_TYPE,
	"HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION": windows.HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION,
	"HCN_E_LAYER_ALREADY_EXISTS":              windows.HCN_E_LAYER_ALREADY_EXISTS,
	"HCN_E_LAYER_NOT_FOUND":                   windows.HCN_E_LAYER_NOT_FOUND,
	"HCN_E_MANAGER_STOPPED":                   windows.HCN_E_MANAGER_STOPPED,
	"HCN_E_MAPPING_NOT_SUPPORTED":             windows.HCN_E_MAPPING_NOT_SUPPORTED,
	"HCN_E_NAMESPACE_ATTACH_FAILED":           windows.HCN_E_NAMESPACE_ATTACH_FAILED,
	"HCN_E_NETWORK_ALREADY_EXISTS":            windows.HCN_E_NETWORK_ALREADY_EXISTS,
	"HCN_E_NETWORK_NOT_FOUND":                 windows.HCN_E_NETWORK_NOT_FOUND,
	"HCN_E_POLICY_ALREADY_EXISTS":             windows.HCN_E_POLICY_ALREADY_EXISTS,
	"HCN_E_POLICY_NOT_FOUND":                  windows.HCN_E_POLICY_NOT_FOUND,
	"HCN_E_PORT_ALREADY_EXISTS":               windows.HCN_E_PORT_ALREADY_EXISTS,
	"HCN_E_PORT_NOT_FOUND":                    windows.HCN_E_PORT_NOT_FOUND,
	"HCN_E_REGKEY_FAILURE":                    windows.HCN_E_REGKEY_FAILURE,
	"HCN_E_REQUEST_UNSUPPORTED":               windows.HCN_E_REQUEST_UNSUPPORTED,
	"HCN_E_SHARED_SWITCH_MODIFICATION":        windows.HCN_E_SHARED_SWITCH_MODIFICATION,
	"HCN_E_SUBNET_NOT_FOUND":                  windows.HCN_E_SUBNET_NOT_FOUND,
	"HCN_E_SWITCH_EXTENSION_NOT_FOUND":        windows.HCN_E_SWITCH_EXTENSION_NOT_FOUND,
	"HCN_E_SWITCH_NOT_FOUND":                  windows.HCN_E_SWITCH_NOT_FOUND,
	"HCN_E_VFP_PORTSETTING_NOT_FOUND":         windows.HCN_E_VFP_PORTSETTING_NOT_FOUND,
}

func TestCodes(t *testing.T) {
	for name, code := range codes {
		if got := hostnet.Code(code).Name(); got != name {
			t.Errorf("0x%x is named %q, Windows calls it %s", uint32(code), got, name)
		}
	}
}
