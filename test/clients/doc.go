// Package clients lets other projects' CNI plugins and daemons live on one emulated node with ours: win-bridge and
// win-overlay of containernetworking/plugins, and flannel's Windows backends. `make conformance` builds their programs
// from their modules and runs these tests; nothing of theirs is kept here.
package clients
