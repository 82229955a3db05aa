// Package clients runs other projects' CNI plugins and daemons on one emulated node with this project's: win-bridge and
// win-overlay of containernetworking/plugins, and flannel's Windows backends. `make conformance` builds their programs
// from their modules and runs these tests; none of their code is kept here.
package clients
