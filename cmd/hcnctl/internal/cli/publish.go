package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// portMapping is an entry of the capability portMappings.
type portMapping struct {
	HostPort      int    `json:"hostPort"`
	ContainerPort int    `json:"containerPort"`
	Protocol      string `json:"protocol"`
	HostIP        string `json:"hostIP,omitempty"`
}

// portMappings parses the values of --publish: [hostIP:]hostPort:podPort[/protocol].
func portMappings(published []string) ([]portMapping, error) {
	var all []portMapping
	for _, text := range published {
		m, ok := parsePublished(text)
		if !ok {
			return nil, fmt.Errorf("--publish %q: want [hostIP:]hostPort:podPort[/tcp|udp], for example 8080:80/tcp", text)
		}
		all = append(all, m)
	}
	return all, nil
}

func parsePublished(text string) (m portMapping, ok bool) {
	ports, protocol, given := strings.Cut(text, "/")
	if !given {
		protocol = "tcp"
	}
	last := strings.LastIndexByte(ports, ':')
	if last < 0 || !slices.Contains([]string{"tcp", "udp"}, protocol) {
		return m, false
	}
	host, container := ports[:last], ports[last+1:]
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		m.HostIP, host = strings.Trim(host[:i], "[]"), host[i+1:]
	}
	hostPort, err1 := strconv.ParseUint(host, 10, 16)
	podPort, err2 := strconv.ParseUint(container, 10, 16)
	m.HostPort, m.ContainerPort, m.Protocol = int(hostPort), int(podPort), protocol
	return m, err1 == nil && err2 == nil && hostPort > 0 && podPort > 0
}
