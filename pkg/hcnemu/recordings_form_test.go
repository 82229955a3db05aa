package hcnemu

import (
	"fmt"
	"regexp"
	"strings"
)

// flat returns a JSON value as paths: Subnets.0.AddressPrefix. An empty list or object is a value.
func flat(path string, v any) map[string]any {
	all := map[string]any{}
	add := func(key string, value any) {
		for p, leaf := range flat(strings.TrimPrefix(path+"."+key, "."), value) {
			all[p] = leaf
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			add(key, value)
		}
		if len(v) == 0 {
			all[path] = "{}"
		}
	case []any:
		for i, value := range v {
			add(fmt.Sprint(i), value)
		}
		if len(v) == 0 {
			all[path] = "[]"
		}
	default:
		all[path] = v
	}
	return all
}

var (
	upperGUID = regexp.MustCompile(`^(NAT|ICS)?[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)
	lowerGUID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	dashedMAC = regexp.MustCompile(`^([0-9A-F]{2}-){5}[0-9A-F]{2}$`)
	prefix20  = regexp.MustCompile(`^172\.(1[6-9]|2\d|3[01])\.\d+\.0/20$`)
	anyIP     = regexp.MustCompile(`^[0-9.]+$`)
)

// form returns the form of a value that HNS chose.
func form(v any) string {
	text := fmt.Sprint(v)
	switch {
	case v == nil:
		return "nothing"
	case upperGUID.MatchString(text):
		return "GUID in upper case " + upperGUID.FindStringSubmatch(text)[1]
	case lowerGUID.MatchString(text):
		return "GUID in lower case"
	case dashedMAC.MatchString(text) && strings.HasPrefix(text, "00-15-5D-"):
		return "MAC of HNS"
	case prefix20.MatchString(text):
		return "a /20 of 172.16.0.0/12"
	case anyIP.MatchString(text):
		return "an address"
	}
	return fmt.Sprintf("%T", v)
}
