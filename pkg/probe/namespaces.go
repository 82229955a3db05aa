package probe

import (
	"fmt"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

func namespaceProbes() []Probe {
	return []Probe{
		{Name: "attach-twice", What: "attaching an endpoint twice to one namespace", Source: "the code's name", Sure: Named,
			Ask: func(a *Asker) Answer {
				ns, id := a.attached()
				return a.Modify(Namespace, ns, member("Add", id))
			}, Want: code(hostnet.CodeEndpointNamespaceExists)},
		{Name: "attach-elsewhere", What: "attaching an endpoint that is in another namespace", Source: "calico#4280 shows a v1 attach to the host done twice; inferred for v2", Sure: Named,
			Ask: func(a *Asker) Answer {
				_, id := a.attached()
				return a.Modify(Namespace, a.Made(Namespace, "", namespace("Host")), member("Add", id))
			}, Want: code(hostnet.CodeEndpointAlreadyAttached)},
		{Name: "attach-again", What: "attaching an endpoint again after it was detached", Source: "buildkit#5668", Sure: Seen,
			Ask: func(a *Asker) Answer {
				ns, id := a.attached()
				if answer := a.Modify(Namespace, ns, member("Remove", id)); answer != OK {
					return answer
				}
				return a.Modify(Namespace, ns, member("Add", id))
			}, Want: func(v hcnspec.Version) Answer {
				if v.Major <= 9 {
					return Refused(hostnet.CodeNamespaceAttachFailed)
				}
				return OK
			}},
		{Name: "detach-absent", What: "detaching an endpoint that is not in the namespace", Source: "the code's name", Sure: Named,
			Ask: func(a *Asker) Answer {
				id := a.Made(Endpoint, a.nat(), endpoint("alone", "", ""))
				return a.Modify(Namespace, a.Made(Namespace, "", namespace("Host")), member("Remove", id))
			}, Want: code(hostnet.CodeEndpointNotAttached)},
		{Name: "namespace-delete-endpoint", What: "deleting a namespace with an endpoint in it", Source: "ACN#1272", Sure: Seen,
			Ask: func(a *Asker) Answer {
				ns, _ := a.attached()
				return a.Delete(Namespace, ns)
			}, Want: always(OK), Answer: "ok; the endpoint is detached and keeps naming the namespace"},
		{Name: "namespace-delete-container", What: "deleting a namespace with a container in it", Source: "WC#485, containerd#6135", Sure: Seen,
			NotAsked: "needs a running container", Answer: "0x803b0015"},
		{Name: "namespace-compartment", What: "the compartment of a new namespace", Source: "WC#401, calico#8465", Sure: Seen,
			Ask: func(a *Asker) Answer {
				return Answer(fmt.Sprint(a.Document(Namespace, a.Made(Namespace, "", namespace("Host")))["NamespaceId"]))
			}, Want: always("<nil>"), Answer: "none before a container starts in it"},
		{Name: "namespace-own", What: "the node's own namespace", Source: "calico#8465 (older API)", Sure: Seen,
			NotAsked: "covered by v1-namespaces", Answer: "always there, type HostDefault, compartment 1"},
		{Name: "namespace-host-default", What: "a second namespace of type HostDefault", Source: "hcsshim#1049 and hcsshim's tests make one beside the node's own", Sure: Test,
			NotAsked: "would take the place of the node's own on a build that has none", Answer: "ok"},
	}
}

// attached returns a new namespace with a new endpoint in it.
func (a *Asker) attached() (ns, id string) {
	id = a.Made(Endpoint, a.nat(), endpoint("attached", "", ""))
	ns = a.Made(Namespace, "", namespace("Host"))
	if answer := a.Modify(Namespace, ns, member("Add", id)); answer != OK {
		panic(setupFailed{"attach the endpoint: " + string(answer)})
	}
	return ns, id
}
