package hcnemu

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// An error record begins with the system's sentence for its code: flannel searches for that of the second row.
func TestErrorBeginsWithSentence(t *testing.T) {
	n := newNode(t, "")
	network := n.create(KindNetwork, "", bridgeDoc)
	endpoint := n.create(KindEndpoint, network, endpointDoc)
	attach := `{"ContainerId":"","CompartmentId":1,"SystemType":"Host"}`
	if _, err := n.host.HNSCall("POST", "/endpoints/"+endpoint+"/attach", attach); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		fail func() error
		want string
	}{
		{"nothing to add", func() error { _, err := n.host.Open(KindNetwork, missing); return err }, "The network was not found. "},
		{
			"attached twice", func() error { _, err := n.host.HNSCall("POST", "/endpoints/"+endpoint+"/attach", attach); return err },
			"This endpoint is already attached to the switch. ",
		},
		{
			"with a reason", func() error {
				_, err := n.tryCreate(KindLoadBalancer, "", balancerDoc("", "10.96.0.2", 80))
				return err
			},
			"The reference is invalid in the JSON document. A Reference is required",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			var record struct{ Error string }
			var failed *hostnet.Error
			if err := row.fail(); !errors.As(err, &failed) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if err := json.Unmarshal([]byte(failed.Detail), &record); err != nil || record.Error != row.want {
				t.Errorf("%q, %v; want %q", failed.Detail, err, row.want)
			}
		})
	}
}
