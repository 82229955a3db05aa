package ipam

import (
	"encoding/json"
	"strings"
	"testing"

	types100 "github.com/containernetworking/cni/pkg/types/100"
)

// What no pod can use is rejected with its path; what is unusual but works somewhere is accepted.
func TestCheckResult(t *testing.T) {
	rows := map[string]string{ // result without cniVersion → complaint, "" for none
		`{"ips":[{"address":"10.0.0.9/24","gateway":"10.0.0.1"},{"address":"fd00::9/64","gateway":"fd00::1"}],"routes":[{"dst":"0.0.0.0/0","gw":"10.0.0.1"},{"dst":"::/0"}],"dns":{"nameservers":["10.0.0.53","fd00::53"]}}`: "",
		`{"ips":[{"address":"10.0.0.9/32","gateway":"169.254.1.1"}]}`:                                              "",
		`{"ips":[{"address":"10.0.0.9/32","gateway":"10.1.0.1"}]}`:                                                 "",
		`{"ips":[{"address":"fd00::9/64","gateway":"fe80::1"}]}`:                                                   "",
		`{"ips":[{"address":"10.0.0.0/31","gateway":"10.0.0.1"}]}`:                                                 "",
		`{"ips":[{"address":"10.0.0.9/24","gateway":"0.0.0.0"}]}`:                                                  "",
		`{"ips":[{"address":"10.0.0.9/9"}]}`:                                                                       "",
		`{"ips":[{"address":"10.0.0.9/8"}]}`:                                                                       `ips[0].address "10.0.0.9/8": a prefix length of 8 is too short`,
		`{"ips":[{"address":"10.0.0.9/0"}]}`:                                                                       "prefix length of 0",
		`{"ips":[{"address":"10.0.0.0/24"}]}`:                                                                      "the address of the subnet itself",
		`{"ips":[{"address":"10.0.0.255/24"}]}`:                                                                    "the subnet's broadcast address",
		`{"ips":[{"address":"255.255.255.255/32"}]}`:                                                               "not an address that a host can have",
		`{"ips":[{"address":"127.0.0.1/24"}]}`:                                                                     "not an address that a host can have",
		`{"ips":[{"address":"0.0.0.0/24"}]}`:                                                                       "not an address that a host can have",
		`{"ips":[{"address":"ff02::9/64"}]}`:                                                                       "not an address that a host can have",
		`{"ips":[{"gateway":"10.0.0.1"}]}`:                                                                         "ips[0].address",
		`{"ips":[{"address":"10.0.0.9/24"},{"address":"10.0.0.9/24"}]}`:                                            `ips[1].address "10.0.0.9/24": the same as ips[0]`,
		`{"ips":[{"address":"10.0.0.9/24","gateway":"10.1.0.1"}]}`:                                                 `ips[0].gateway "10.1.0.1": outside the address's subnet 10.0.0.0/24`,
		`{"ips":[{"address":"10.0.0.9/24","gateway":"fd00::1"}]}`:                                                  "another family",
		`{"ips":[{"address":"10.0.0.9/24","gateway":"224.0.0.1"}]}`:                                                "not an address that a gateway can have",
		`{"ips":[{"address":"10.0.0.9/24","gateway":"10.0.0.255"}]}`:                                               "the broadcast address of 10.0.0.0/24",
		`{"ips":[{"address":"10.0.0.9/24"}],"routes":[{"dst":"10.1.0.0/16"},{"dst":"fd01::/64","gw":"10.0.0.1"}]}`: `routes[1]: gw "10.0.0.1": of another family than dst fd01::/64`,
		`{"ips":[{"address":"10.0.0.9/24"}],"routes":[{"dst":"10.1.0.0/16","gw":"224.0.0.1"}]}`:                    "not an address that a gateway can have",
		`{"ips":[{"address":"10.0.0.9/24"}],"routes":[{"gw":"10.0.0.1"}]}`:                                         `routes[0]: dst`,
		`{"ips":[{"address":"10.0.0.9/24"}],"dns":{"nameservers":["10.0.0.53","dns.example"]}}`:                    `dns.nameservers[1] "dns.example": not the address of a server`,
		`{"ips":[{"address":"10.0.0.9/24"}],"dns":{"nameservers":["0.0.0.0"]}}`:                                    "not the address of a server",
		`{}`: "no addresses",
	}
	for text, want := range rows {
		var r types100.Result
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		err := checkResult(&r)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
