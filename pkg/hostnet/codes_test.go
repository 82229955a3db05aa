package hostnet_test

import "github.com/Microsoft/windows-container-networking/pkg/hostnet"

// codeRow is the documentation of a code, and its required class.
type codeRow struct {
	code   hostnet.Code
	class  hostnet.Class
	does   string // the plugin's action; "" is that of the class
	source string
}

// Texts that several codes share.
const (
	hcnDoc   = "HCN reference"
	isNoPod  = "DEL: nothing left to do. ADD, CHECK: fails"
	remade   = "ADD: the endpoint is deleted and recreated, once"
	holder   = "ADD: a stale endpoint that has the name or address is deleted and the step retried once; a live one is a conflict (CNI code 102)"
	restarts = "k8s#139503, k8s#139519"
	fromWin  = "winerror.h"
)

// codeRows is the table of docs/errors.md, in its order. The classes are repeated here on purpose: a change
// of one changes what the plugins do on a node.
var codeRows = []codeRow{
	{hostnet.CodeNetworkNotFound, hostnet.NotFound, "ADD: the network is created, if the configuration allows it, and the endpoint retried once. DEL: nothing left to do", "ACN#4463"},
	{hostnet.CodeEndpointNotFound, hostnet.NotFound, "DEL: nothing left to do. A list from which it was deleted meanwhile is read again", "containerd#6135, ACN#4460"},
	{hostnet.CodeLayerNotFound, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeSwitchNotFound, hostnet.Brief, "tried 4 times; then ADD looks the network up once more", "moby#38358"},
	{hostnet.CodeSubnetNotFound, hostnet.Brief, "", "docker/for-win#9311, WC#82"},
	{hostnet.CodeAdapterNotFound, hostnet.Brief, "", "sigwin#252, moby#41094"},
	{hostnet.CodePortNotFound, hostnet.Brief, "", "hcsshim#1043"},
	{hostnet.CodePolicyNotFound, hostnet.NotFound, isNoPod, hcnDoc},
	{hostnet.CodeVFPPortSettingNotFound, hostnet.NotFound, isNoPod, hcnDoc},
	{hostnet.CodeInvalidNetwork, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeInvalidNetworkType, hostnet.Permanent, "", "SDN#238"},
	{hostnet.CodeInvalidEndpoint, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeInvalidPolicy, hostnet.Permanent, "", "plugins#1004, calico#8465"},
	{hostnet.CodeInvalidPolicyType, hostnet.Permanent, "", "plugins#1004"},
	{hostnet.CodeInvalidRemoteEndpoint, hostnet.Permanent, "", "k8s#130963"},
	{hostnet.CodeNetworkAlreadyExists, hostnet.Exists, "ADD: another process created it; it is looked up again and its type compared", "ACN#3297"},
	{hostnet.CodeLayerAlreadyExists, hostnet.Exists, "", hcnDoc},
	{hostnet.CodePolicyAlreadyExists, hostnet.Exists, "", hcnDoc},
	{hostnet.CodePortAlreadyExists, hostnet.Brief, "ADD: the endpoint that publishes the port is named (CNI code 102)", "k8s#137530, hcsshim#1043"},
	{hostnet.CodeEndpointAlreadyAttached, hostnet.Exists, "ADD: success if it is in this pod's namespace, else a conflict", "calico#4280"},
	{hostnet.CodeRequestUnsupported, hostnet.Permanent, "", "WC#485, hcsshim#2155, calico#6974"},
	{hostnet.CodeMappingNotSupported, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeDegradedOperation, hostnet.Permanent, remade, "containerd#5729, WSL#10483"},
	{hostnet.CodeSharedSwitchModification, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeGUIDConversionFailure, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeRegkeyFailure, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeInvalidJSON, hostnet.Permanent, "", "ACN#195"},
	{hostnet.CodeInvalidJSONReference, hostnet.Permanent, "ADD: the network is looked up again, created if it is missing, and the endpoint retried once", hcnDoc},
	{hostnet.CodeEndpointSharingDisabled, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeInvalidIP, hostnet.Permanent, "", "nerdctl#28, nerdctl#559"},
	{hostnet.CodeSwitchExtensionNotFound, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeManagerStopped, hostnet.Transient, "", restarts},
	{hostnet.CodeModuleNotFoundGCN, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeNoRequestHandlers, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeRequestUnsupportedGCN, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeRuntimeKeysFailed, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeNetadapterTimeout, hostnet.Transient, "", "antrea#8172"},
	{hostnet.CodeNetadapterNotFound, hostnet.Transient, "", "antrea#8172"},
	{hostnet.CodeNetcompartmentNotFound, hostnet.NotFound, isNoPod, "ACN#1272"},
	{hostnet.CodeNetinterfaceNotFound, hostnet.Transient, "", "antrea#8172"},
	{hostnet.CodeDefaultNamespaceExists, hostnet.Exists, "", hcnDoc},
	{hostnet.CodeICSDisabled, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeEndpointNamespaceExists, hostnet.Exists, "ADD: success if it is this pod's namespace, else a conflict", hcnDoc},
	{hostnet.CodeEntityHasReferences, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeInvalidInternalPort, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeNamespaceAttachFailed, hostnet.Permanent, remade, "buildkit#5668, buildkit#5686"},
	{hostnet.CodeAddrInvalidOrReserved, hostnet.Permanent, holder, "sigwin#71, k8s#100962"},
	{hostnet.CodeInvalidPrefix, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeObjectUsedAfterUnload, hostnet.Transient, "", restarts},
	{hostnet.CodeInvalidSubnet, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeInvalidIPSubnet, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeEndpointNotAttached, hostnet.NotFound, isNoPod, hcnDoc},
	{hostnet.CodeEndpointNotLocal, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeInterfaceParametersApplied, hostnet.Exists, "", hcnDoc},
	{hostnet.CodeVFPNotAllowed, hostnet.Permanent, "", hcnDoc},
	{hostnet.CodeFileNotFound, hostnet.Brief, "", fromWin},
	{hostnet.CodeAccessDenied, hostnet.Permanent, "", "moby#41278, WSL#11980"},
	{hostnet.CodeNotReady, hostnet.Brief, "", "SDN#269, SDN#277"},
	{hostnet.CodeGenFailure, hostnet.Brief, "", fromWin},
	{hostnet.CodeSharingViolation, hostnet.Permanent, "", "docker/for-win#3893, docker/for-win#2213"},
	{hostnet.CodeWrongDisk, hostnet.Permanent, "", "flannel#1112"},
	{hostnet.CodeDuplicateName, hostnet.Permanent, "", "ocroz/wsl2-boot#3"},
	{hostnet.CodeInvalidParameter, hostnet.Brief, "", "antrea#2213, sigwin#249, k8s#98680"},
	{hostnet.CodeModuleNotFound, hostnet.Permanent, "", fromWin},
	{hostnet.CodeProcNotFound, hostnet.Permanent, "", fromWin},
	{hostnet.CodeAlreadyExists, hostnet.Exists, holder, "k8s#139519"},
	{hostnet.CodeServiceNotActive, hostnet.Transient, "", restarts},
	{hostnet.CodeElementNotFound, hostnet.NotFound, isNoPod, "ACN#283, ACN#287, antrea#2301"},
	{hostnet.CodeTimeout, hostnet.Transient, "", "calico#7823"},
	{hostnet.CodeRPCServerUnavailable, hostnet.Transient, "", restarts},
	{hostnet.CodeRPCCallFailed, hostnet.Transient, "", restarts},
	{hostnet.CodeRPCNotRegistered, hostnet.Transient, "", restarts},
	{hostnet.CodeObjectAlreadyExists, hostnet.Exists, holder, "k8s#74766, k8s#72696, SDN#298"},
	{hostnet.CodeNotImplemented, hostnet.Permanent, "", fromWin},
	{hostnet.CodeFail, hostnet.Brief, "", fromWin},
}
