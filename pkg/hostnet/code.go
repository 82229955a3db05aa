package hostnet

import "fmt"

// Code is an HRESULT or Win32 code of the host network service. HRESULTs of the form 0x8007xxxx are
// kept as the Win32 code they wrap; see MakeCode.
type Code uint32

// MakeCode returns the code for an HRESULT or Win32 error, so that 0x80070490 and 0x490 are the same. Like the HCN
// bindings it checks only the facility (7 is Win32), not the severity bits above it.
func MakeCode(hr uint32) Code {
	if hr&0x1fff0000 == 0x00070000 {
		hr &= 0xffff
	}
	return Code(hr)
}

// The codes of HCN (https://learn.microsoft.com/virtualization/api/hcn/reference/hcnhresult) and the
// Win32 codes that HNS passes on.
const (
	CodeNetworkNotFound            Code = 0x803b0001
	CodeEndpointNotFound           Code = 0x803b0002
	CodeLayerNotFound              Code = 0x803b0003
	CodeSwitchNotFound             Code = 0x803b0004
	CodeSubnetNotFound             Code = 0x803b0005
	CodeAdapterNotFound            Code = 0x803b0006
	CodePortNotFound               Code = 0x803b0007
	CodePolicyNotFound             Code = 0x803b0008
	CodeVFPPortSettingNotFound     Code = 0x803b0009
	CodeInvalidNetwork             Code = 0x803b000a
	CodeInvalidNetworkType         Code = 0x803b000b
	CodeInvalidEndpoint            Code = 0x803b000c
	CodeInvalidPolicy              Code = 0x803b000d
	CodeInvalidPolicyType          Code = 0x803b000e
	CodeInvalidRemoteEndpoint      Code = 0x803b000f
	CodeNetworkAlreadyExists       Code = 0x803b0010
	CodeLayerAlreadyExists         Code = 0x803b0011
	CodePolicyAlreadyExists        Code = 0x803b0012
	CodePortAlreadyExists          Code = 0x803b0013
	CodeEndpointAlreadyAttached    Code = 0x803b0014
	CodeRequestUnsupported         Code = 0x803b0015
	CodeMappingNotSupported        Code = 0x803b0016
	CodeDegradedOperation          Code = 0x803b0017
	CodeSharedSwitchModification   Code = 0x803b0018
	CodeGUIDConversionFailure      Code = 0x803b0019
	CodeRegkeyFailure              Code = 0x803b001a
	CodeInvalidJSON                Code = 0x803b001b
	CodeInvalidJSONReference       Code = 0x803b001c
	CodeEndpointSharingDisabled    Code = 0x803b001d
	CodeInvalidIP                  Code = 0x803b001e
	CodeSwitchExtensionNotFound    Code = 0x803b001f
	CodeManagerStopped             Code = 0x803b0020
	CodeModuleNotFoundGCN          Code = 0x803b0021
	CodeNoRequestHandlers          Code = 0x803b0022
	CodeRequestUnsupportedGCN      Code = 0x803b0023
	CodeRuntimeKeysFailed          Code = 0x803b0024
	CodeNetadapterTimeout          Code = 0x803b0025
	CodeNetadapterNotFound         Code = 0x803b0026
	CodeNetcompartmentNotFound     Code = 0x803b0027
	CodeNetinterfaceNotFound       Code = 0x803b0028
	CodeDefaultNamespaceExists     Code = 0x803b0029
	CodeICSDisabled                Code = 0x803b002a
	CodeEndpointNamespaceExists    Code = 0x803b002b
	CodeEntityHasReferences        Code = 0x803b002c
	CodeInvalidInternalPort        Code = 0x803b002d
	CodeNamespaceAttachFailed      Code = 0x803b002e
	CodeAddrInvalidOrReserved      Code = 0x803b002f
	CodeInvalidPrefix              Code = 0x803b0030
	CodeObjectUsedAfterUnload      Code = 0x803b0031
	CodeInvalidSubnet              Code = 0x803b0032
	CodeInvalidIPSubnet            Code = 0x803b0033
	CodeEndpointNotAttached        Code = 0x803b0034
	CodeEndpointNotLocal           Code = 0x803b0035
	CodeInterfaceParametersApplied Code = 0x803b0036
	CodeVFPNotAllowed              Code = 0x803b0037
	CodeFileNotFound               Code = 0x2
	CodeAccessDenied               Code = 0x5
	CodeNotReady                   Code = 0x15
	CodeGenFailure                 Code = 0x1f
	CodeSharingViolation           Code = 0x20
	CodeWrongDisk                  Code = 0x22
	CodeDuplicateName              Code = 0x34
	CodeInvalidParameter           Code = 0x57
	CodeAlreadyExists              Code = 0xb7
	CodeServiceNotActive           Code = 0x426
	CodeElementNotFound            Code = 0x490
	CodeTimeout                    Code = 0x5b4
	CodeRPCServerUnavailable       Code = 0x6ba
	CodeRPCCallFailed              Code = 0x6be
	CodeRPCNotRegistered           Code = 0x6d9
	CodeObjectAlreadyExists        Code = 0x1392
	CodeNotImplemented             Code = 0x80004001
	CodeFail                       Code = 0x80004005
	CodeProcNotFound               Code = 0x7f
	CodeModuleNotFound             Code = 0x7e
)

// String returns the symbolic name and the number: "HCN_E_INVALID_IP (0x803b001e)".
func (c Code) String() string {
	if name := c.Name(); name != "" {
		return fmt.Sprintf("%s (0x%x)", name, uint32(c))
	}
	return fmt.Sprintf("0x%x", uint32(c))
}

// Hex returns the number as Windows writes it: "0x803b001e".
func (c Code) Hex() string { return fmt.Sprintf("0x%x", uint32(c)) }
