#!/bin/sh
# Builds the emulator as computenetwork.dll with vmcompute.dll and puts both into a prefix:
# dll.sh OUT, where OUT/prefix is the prefix.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$1
. "$here/tools.sh"
find_tools

build_emulator() {
	cd "$root"
	CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC=$cc \
		go build -trimpath -ldflags=-s -buildmode=c-shared -o "$out/computenetwork.dll" ./test/computenetwork
}

# vmcompute.dll has no code: its one export is that of computenetwork.dll, so that a process has one
# emulator and one count of calls whichever DLL it calls through.
build_vmcompute() {
	printf 'LIBRARY vmcompute.dll\nEXPORTS\n HNSCall = computenetwork.HNSCall\n' >"$out/vmcompute.def"
	$cc -shared -nostdlib -Wl,--entry,0 -o "$out/vmcompute.dll" "$out/vmcompute.def"
}

install_dll() {
	for dll in computenetwork vmcompute; do
		cmp -s "$out/$dll.dll" "$out/prefix/drive_c/windows/system32/$dll.dll" ||
			cp "$out/$dll.dll" "$out/prefix/drive_c/windows/system32/$dll.dll"
	done
}

build_emulator
[ -e "$out/vmcompute.dll" ] || build_vmcompute
install_dll
