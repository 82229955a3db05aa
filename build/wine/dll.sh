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

# By rename, for a process may have the old file open.
install_dlls() {
	for dll in computenetwork vmcompute; do
		installed=$out/prefix/drive_c/windows/system32/$dll.dll
		cmp -s "$out/$dll.dll" "$installed" && continue
		cp "$out/$dll.dll" "$installed.new"
		mv "$installed.new" "$installed"
	done
}

build_emulator
[ -e "$out/vmcompute.dll" ] || build_vmcompute
install_dlls
