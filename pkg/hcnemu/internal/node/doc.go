// Package node is the emulated machine below HNS: version, adapters and busy ports, read from HCNEMU_HOST.
package node
