package refusal

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// sentences are the system's texts of the codes, which clients log and some compare. Source:
// https://learn.microsoft.com/virtualization/api/hcn/reference/hcnhresult, and winerror.h for Win32 codes.
var sentences = map[hostnet.Code]string{
	hostnet.CodeNetworkNotFound:         "The network was not found.",
	hostnet.CodeEndpointNotFound:        "The endpoint was not found.",
	hostnet.CodeSubnetNotFound:          "The network does not have a subnet for this endpoint.",
	hostnet.CodeAdapterNotFound:         "An adapter was not found.",
	hostnet.CodePolicyNotFound:          "An expected policy was not found.",
	hostnet.CodeInvalidNetwork:          "The provided network configuration is invalid or missing parameters.",
	hostnet.CodeInvalidNetworkType:      "Invalid network type.",
	hostnet.CodeInvalidEndpoint:         "The provided endpoint configuration is invalid or missing parameters.",
	hostnet.CodeInvalidPolicy:           "The provided policy configuration is invalid or missing parameters.",
	hostnet.CodeInvalidPolicyType:       "Invalid policy type.",
	hostnet.CodeInvalidRemoteEndpoint:   "This requested operation is invalid for a remote endpoint.",
	hostnet.CodeNetworkAlreadyExists:    "A network with this name already exists.",
	hostnet.CodePolicyAlreadyExists:     "Policy information already exists on this object.",
	hostnet.CodePortAlreadyExists:       "The specified port already exists.",
	hostnet.CodeEndpointAlreadyAttached: "This endpoint is already attached to the switch.",
	hostnet.CodeRequestUnsupported:      "The specified request is unsupported.",
	hostnet.CodeMappingNotSupported:     "Port mapping is not supported on the given network.",
	hostnet.CodeGUIDConversionFailure:   "Failed to interpret a parameter as a GUID.",
	hostnet.CodeInvalidJSON:             "Invalid JSON document string.",
	hostnet.CodeInvalidJSONReference:    "The reference is invalid in the JSON document.",
	hostnet.CodeInvalidIP:               "IP address is either invalid or not part of any configured subnet(s).",
	hostnet.CodeManagerStopped:          "Operation cannot be performed while service is stopping.",
	hostnet.CodeEndpointNamespaceExists: "This requested operation is invalid as endpoint is already part of a network namespace.",
	hostnet.CodeEntityHasReferences:     "The specified entity cannot be removed while it still has references.",
	hostnet.CodeInvalidInternalPort:     "The internal port must exist and cannot be zero.",
	hostnet.CodeNamespaceAttachFailed:   "The requested operation for attach namespace failed.",
	hostnet.CodeAddrInvalidOrReserved:   "An address provided is invalid or reserved.",
	hostnet.CodeInvalidPrefix:           "The prefix provided is invalid.",
	hostnet.CodeObjectUsedAfterUnload:   "A call was performed against an object that was torn down.",
	hostnet.CodeEndpointNotAttached:     "The endpoint must be attached to complete the operation.",
	hostnet.CodeElementNotFound:         "Element not found.",
	hostnet.CodeInvalidParameter:        "The parameter is incorrect.",
	hostnet.CodeAlreadyExists:           "Cannot create a file when that file already exists.",
	hostnet.CodeObjectAlreadyExists:     "The object already exists.",
	hostnet.CodeDuplicateName:           "You were not connected because a duplicate name exists on the network. If joining a domain, go to System in Control Panel to change the computer name and try again. If joining a workgroup, choose another workgroup name.",
	hostnet.CodeDegradedOperation:       "There was an operation attempted on a degraded object.",
	hostnet.CodeSharingViolation:        "The process cannot access the file because it is being used by another process.",
	hostnet.CodeServiceNotActive:        "The service has not been started.",
	hostnet.CodeNotImplemented:          "Not implemented",
}

// localised are the sentences that were recorded in other languages (calico#8465).
var localised = map[string]map[hostnet.Code]string{
	"zh-TW": {hostnet.CodeInvalidPolicy: "所提供的原則設定無效或缺少參數。"},
}

// sentence returns the system's text of a code in a language. A language whose text is unknown has a text that cannot
// be mistaken for English.
func sentence(code hostnet.Code, language string) string {
	if language != "" && language != "en-US" {
		if text := localised[language][code]; text != "" {
			return text
		}
		return fmt.Sprintf("⟦%s⟧ 0x%08x.", language, HRESULT(code))
	}
	if text := sentences[code]; text != "" {
		return text
	}
	return "Unspecified error"
}
