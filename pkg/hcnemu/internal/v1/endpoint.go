package v1

import (
	"encoding/json"
	"errors"
	"net/netip"
	"slices"

	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/endpoints"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/objects"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/refusal"
	"github.com/Microsoft/windows-container-networking/pkg/hcnemu/internal/state"
	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// v1Endpoint is an endpoint's document in schema 1.
type v1Endpoint struct {
	ID                 string            `json:",omitempty"`
	Name               string            `json:",omitempty"`
	VirtualNetwork     string            `json:",omitempty"`
	VirtualNetworkName string            `json:",omitempty"`
	Policies           []json.RawMessage `json:",omitempty"`
	MacAddress         string            `json:",omitempty"`
	IPAddress          string            `json:",omitempty"`
	IPv6Address        string            `json:",omitempty"`
	DNSSuffix          string            `json:",omitempty"`
	DNSServerList      string            `json:",omitempty"`
	GatewayAddress     string            `json:",omitempty"`
	GatewayAddressV6   string            `json:",omitempty"`
	PrefixLength       uint8             `json:",omitempty"`
	IPv6PrefixLength   uint8             `json:",omitempty"`
	IsRemoteEndpoint   bool              `json:",omitempty"`
}

type v1NamespaceReference struct{ ID string }

// ReadEndpoint reads an endpoint's document in either schema.
func ReadEndpoint(settings string) (hcnspec.Endpoint, error) {
	var e hcnspec.Endpoint
	v2, err := isV2(settings, "IpConfigurations", "HostComputeNetwork", "Dns", "Routes")
	if err != nil {
		return e, err
	}
	if v2 {
		err := state.Decode(settings, &e)
		return e, err
	}
	var doc v1Endpoint
	if err := state.Decode(settings, &doc); err != nil {
		return e, err
	}
	err = doc.convert(&e)
	return e, err
}

// NamesOutside reports whether a document of the v2 schema has the exceptions of an OutBoundNAT policy beside Settings, or
// under their v1 name.
func NamesOutside(settings string) bool {
	if v2, err := isV2(settings, "IpConfigurations", "HostComputeNetwork", "Dns", "Routes"); err != nil || !v2 {
		return false
	}
	var doc struct {
		Policies []struct {
			Type          hcnspec.PolicyType
			ExceptionList json.RawMessage
			Exceptions    json.RawMessage
			Settings      struct{ ExceptionList json.RawMessage }
		}
	}
	if json.Unmarshal([]byte(settings), &doc) != nil {
		return false // reported where the document is read
	}
	for _, p := range doc.Policies {
		if p.Type == hcnspec.OutBoundNAT && (p.ExceptionList != nil || p.Exceptions != nil || p.Settings.ExceptionList != nil) {
			return true
		}
	}
	return false
}

func (doc v1Endpoint) convert(e *hcnspec.Endpoint) error {
	*e = hcnspec.Endpoint{
		ID: doc.ID, Name: doc.Name, Network: doc.VirtualNetwork, MAC: doc.MacAddress,
		DNS: v1DNS(doc.DNSSuffix, doc.DNSServerList),
	}
	if doc.IsRemoteEndpoint {
		e.Flags |= hcnspec.EndpointFlagRemote
	}
	if doc.IPAddress != "" {
		e.IPConfigs = append(e.IPConfigs, hcnspec.IPConfig{IPAddress: doc.IPAddress, PrefixLength: doc.PrefixLength})
	}
	if doc.IPv6Address != "" {
		e.IPConfigs = append(e.IPConfigs, hcnspec.IPConfig{IPAddress: doc.IPv6Address, PrefixLength: doc.IPv6PrefixLength})
	}
	for _, g := range []string{doc.GatewayAddress, doc.GatewayAddressV6} {
		if g == "" {
			continue
		}
		gateway, err := netip.ParseAddr(g)
		if err != nil {
			return refusal.With(hostnet.CodeInvalidEndpoint, "gateway %q is no address", g)
		}
		e.Routes = append(e.Routes, hcnspec.DefaultRoute(gateway))
	}
	var err error
	e.Policies, err = policiesFromV1(doc.Policies)
	return err
}

func (t Rules) v1Endpoints(r v1Request) (any, error) {
	if r.id == "" {
		return t.v1EndpointList(r)
	}
	id, err := r.v1ID()
	if err != nil {
		return nil, err
	}
	e, err := objects.LoadEndpoint(t.Tx, id)
	if err != nil {
		return nil, err
	}
	switch r.method + " " + r.verb {
	case "GET ":
		return t.endpointToV1(e)
	case "DELETE ":
		return nil, endpoints.On(t.Tx).Delete(id)
	case "POST ":
		return t.v1UpdateEndpoint(e, r.body)
	case "POST attach":
		return nil, t.v1Attach(e, r.body)
	case "POST detach":
		return nil, t.v1Detach(e, r.body)
	}
	return nil, r.unsupported("endpoints")
}

func (t Rules) v1EndpointList(r v1Request) (any, error) {
	switch r.method {
	case "GET":
		docs := []returnedEndpoint{}
		for _, id := range t.All(state.KindEndpoint) {
			e, err := objects.LoadEndpoint(t.Tx, id)
			if err != nil {
				return nil, err
			}
			doc, err := t.endpointToV1(e)
			if err != nil {
				return nil, err
			}
			docs = append(docs, doc)
		}
		return docs, nil
	case "POST":
		var doc v1Endpoint
		if err := state.Decode(r.body, &doc); err != nil {
			return nil, err
		}
		network, err := t.networkOf(doc)
		if err != nil {
			return nil, err
		}
		settings, err := ReadEndpoint(r.body)
		if err != nil {
			return nil, err
		}
		id, err := endpoints.On(t.Tx).Create(network, "", settings)
		if err != nil {
			return nil, t.olderCode(err)
		}
		e, err := objects.LoadEndpoint(t.Tx, id)
		if err != nil {
			return nil, err
		}
		e.Older = true
		if err := t.Save(state.KindEndpoint, e); err != nil {
			return nil, err
		}
		return t.endpointToV1(e)
	}
	return nil, r.unsupported("endpoints")
}

// firstServer2019 is the HNS that Windows Server 2019 came with.
var firstServer2019 = hcnspec.Version{Major: 9, Minor: 2}

// olderCode returns the code with which the first HNS of Windows Server 2019 rejects an address that an endpoint has, in
// this API: k8s#74766, #72696 and SDN#298 show 0x1392 in the months after its release. That it was 9.2 is inferred.
func (t Rules) olderCode(err error) error {
	var r *refusal.Refusal
	if t.Version() == firstServer2019 && errors.As(err, &r) && r.Code == hostnet.CodeAddrInvalidOrReserved {
		return refusal.With(hostnet.CodeObjectAlreadyExists, "%v", err)
	}
	return err
}

// networkOf returns the network of a new endpoint: by ID, or by name alone (hcsshim#1746).
func (t Rules) networkOf(doc v1Endpoint) (string, error) {
	if doc.VirtualNetwork != "" || doc.VirtualNetworkName == "" {
		return state.ParseID(doc.VirtualNetwork)
	}
	found := t.FindAll(state.KeyName(state.KindNetwork, doc.VirtualNetworkName, ""))
	if len(found) == 0 {
		return "", refusal.With(hostnet.CodeNetworkNotFound, "no network is called %q", doc.VirtualNetworkName)
	}
	return found[0], nil
}

// v1UpdateEndpoint replaces an endpoint's policies.
func (t Rules) v1UpdateEndpoint(e *objects.Endpoint, body string) (any, error) {
	var doc v1Endpoint
	err := state.Decode(body, &doc)
	if err != nil {
		return nil, err
	}
	if e.Policies, err = policiesFromV1(doc.Policies); err != nil {
		return nil, err
	}
	n, err := objects.LoadNetwork(t.Tx, e.Network)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(*objects.Network, *objects.Endpoint) error{endpoints.On(t.Tx).CheckEndpointPolicies, endpoints.On(t.Tx).TakePorts, endpoints.On(t.Tx).JudgeHealth} {
		if err := step(n, e); err != nil {
			return nil, err
		}
	}
	if err := t.Save(state.KindEndpoint, e); err != nil {
		return nil, err
	}
	return t.endpointToV1(e)
}

// v1Attachment is the body of attach and detach.
type v1Attachment struct {
	ContainerID string `json:"ContainerId"`
	SystemType  string
}

// v1Attach attaches an endpoint to the host, a virtual machine, or another container.
func (t Rules) v1Attach(e *objects.Endpoint, body string) error {
	var a v1Attachment
	if err := state.Decode(body, &a); err != nil {
		return err
	}
	switch {
	case e.Remote():
		return refusal.With(hostnet.CodeInvalidRemoteEndpoint, "endpoint %s lives on another node", e.ID)
	case e.State == hcnspec.StateDegraded:
		return refusal.With(hostnet.CodeDegradedOperation, "endpoint %s is degraded", e.ID) // containerd#5729
	case a.SystemType == "Container" && slices.Contains(e.Containers, a.ContainerID):
		return refusal.With(hostnet.CodeEndpointAlreadyAttached, "endpoint %s is attached to container %s", e.ID, a.ContainerID)
	case a.SystemType == "Container":
		e.Containers = append(e.Containers, a.ContainerID)
	case e.State == hcnspec.StateAttached || e.State == hcnspec.StateAttachedSharing:
		return refusal.With(hostnet.CodeEndpointAlreadyAttached, "endpoint %s is attached", e.ID)
	}
	e.State = hcnspec.StateAttached
	if len(e.Containers) > 1 || e.Namespace != "" {
		e.State = hcnspec.StateAttachedSharing
	}
	return t.Save(state.KindEndpoint, e)
}

// v1Detach undoes v1Attach.
func (t Rules) v1Detach(e *objects.Endpoint, body string) error {
	var a v1Attachment
	if err := state.Decode(body, &a); err != nil {
		return err
	}
	if e.State != hcnspec.StateAttached && e.State != hcnspec.StateAttachedSharing {
		return refusal.With(hostnet.CodeEndpointNotAttached, "endpoint %s is not attached", e.ID)
	}
	e.Containers = slices.DeleteFunc(e.Containers, func(c string) bool { return c == a.ContainerID })
	if len(e.Containers) == 0 && e.Namespace == "" {
		e.State, e.Reused = hcnspec.StateDetached, true
	}
	return t.Save(state.KindEndpoint, e)
}

func (t Rules) v1EndpointStats(r v1Request) (any, error) {
	id, err := r.v1ID()
	if err != nil {
		return nil, err
	}
	if r.method != "GET" || r.verb != "" {
		return nil, r.unsupported("endpointstats")
	}
	if !t.Has(state.KindEndpoint, id) {
		return nil, refusal.Plain(hostnet.CodeEndpointNotFound)
	}
	return map[string]any{
		"EndpointId": id, "InstanceId": id, "BytesReceived": 0, "BytesSent": 0, "PacketsReceived": 0,
		"PacketsSent": 0, "DroppedPacketsIncoming": 0, "DroppedPacketsOutgoing": 0,
	}, nil
}
