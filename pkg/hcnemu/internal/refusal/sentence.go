package refusal

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// sentence is the system's text for a code, with which an error record begins. Clients read it: flannel looks for
// "already attached". Those of HCN's codes are in
// https://learn.microsoft.com/virtualization/api/hcn/reference/hcnhresult, the others in winerror.h. A record shows that
// a blank follows the full stop (sigwin#71), and then what HNS itself has to say, if anything (k8s#100384).
func sentence(code hostnet.Code) string {
	if text, known := sentences[code]; known {
		return text + ". "
	}
	return ""
}

var sentences = map[hostnet.Code]string{
	hostnet.CodeNetworkNotFound:         "The network was not found",
	hostnet.CodeEndpointNotFound:        "The endpoint was not found",
	hostnet.CodeSwitchNotFound:          "The virtual switch was not found",
	hostnet.CodeSubnetNotFound:          "The network does not have a subnet for this endpoint",
	hostnet.CodeAdapterNotFound:         "An adapter was not found",
	hostnet.CodePortNotFound:            "The switch-port was not found",
	hostnet.CodePolicyNotFound:          "An expected policy was not found",
	hostnet.CodeInvalidNetwork:          "The provided network configuration is invalid or missing parameters",
	hostnet.CodeInvalidNetworkType:      "Invalid network type",
	hostnet.CodeInvalidEndpoint:         "The provided endpoint configuration is invalid or missing parameters",
	hostnet.CodeInvalidPolicy:           "The provided policy configuration is invalid or missing parameters",
	hostnet.CodeInvalidPolicyType:       "Invalid policy type",
	hostnet.CodeInvalidRemoteEndpoint:   "This requested operation is invalid for a remote endpoint",
	hostnet.CodeNetworkAlreadyExists:    "A network with this name already exists",
	hostnet.CodePolicyAlreadyExists:     "Policy information already exists on this object",
	hostnet.CodePortAlreadyExists:       "The specified port already exists",
	hostnet.CodeEndpointAlreadyAttached: "This endpoint is already attached to the switch",
	hostnet.CodeRequestUnsupported:      "The specified request is unsupported",
	hostnet.CodeMappingNotSupported:     "Port mapping is not supported on the given network",
	hostnet.CodeGUIDConversionFailure:   "Failed to interpret a parameter as a GUID",
	hostnet.CodeInvalidJSON:             "Invalid JSON document string",
	hostnet.CodeInvalidJSONReference:    "The reference is invalid in the JSON document",
	hostnet.CodeInvalidIP:               "IP address is either invalid or not part of any configured subnet(s)",
	hostnet.CodeManagerStopped:          "Operation cannot be performed while service is stopping",
	hostnet.CodeDefaultNamespaceExists:  "Default Namespace already exists",
	hostnet.CodeEndpointNamespaceExists: "This requested operation is invalid as endpoint is already part of a network namespace",
	hostnet.CodeEntityHasReferences:     "The specified entity cannot be removed while it still has references",
	hostnet.CodeInvalidInternalPort:     "The internal port must exist and cannot be zero",
	hostnet.CodeNamespaceAttachFailed:   "The requested operation for attach namespace failed",
	hostnet.CodeAddrInvalidOrReserved:   "An address provided is invalid or reserved",
	hostnet.CodeInvalidPrefix:           "The prefix provided is invalid",
	hostnet.CodeObjectUsedAfterUnload:   "A call was performed against an object that was torn down",
	hostnet.CodeEndpointNotAttached:     "The endpoint must be attached to complete the operation",

	hostnet.CodeFileNotFound:        "The system cannot find the file specified",
	hostnet.CodeAccessDenied:        "Access is denied",
	hostnet.CodeSharingViolation:    "The process cannot access the file because it is being used by another process",
	hostnet.CodeInvalidParameter:    "The parameter is incorrect",
	hostnet.CodeProcNotFound:        "The specified procedure could not be found",
	hostnet.CodeAlreadyExists:       "Cannot create a file when that file already exists",
	hostnet.CodeServiceNotActive:    "The service has not been started",
	hostnet.CodeElementNotFound:     "Element not found",
	hostnet.CodeObjectAlreadyExists: "The object already exists",
	hostnet.CodeNotImplemented:      "Not implemented",
	hostnet.CodeFail:                "Unspecified error",
}
