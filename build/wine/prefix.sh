#!/bin/sh
# Makes a second prefix with a host network service that is not what it should be, for tests of
# executables on such nodes: prefix.sh DIR no-dll, or prefix.sh DIR without FUNCTION…
#   no-dll    neither computenetwork.dll nor vmcompute.dll, as on a node without the feature Containers
#   without   a computenetwork.dll that does not export these functions, as on an older Windows
# Start executables by DIR/run. Needs provision.sh's prefix, whose files it shares by hard links.
# (An old HNS needs no separate prefix: HCNEMU_HOST='{"version":"9.1"}'.)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
base=${WINE_OUT:-$here/../../out/wine}
dir=$1
kind=$2
shift 2
. "$here/tools.sh"
find_tools
system32=$dir/prefix/drive_c/windows/system32

clone_prefix() {
	mkdir -p "$dir"
	if [ -x "$dir/run" ]; then "$dir/run" --stop; fi
	rm -rf "$dir/prefix"
	cp -al "$base/prefix" "$dir/prefix"
	# The registry is the prefix's own.
	for file in "$dir"/prefix/*.reg; do
		cp "$file" "$file.own"
		mv "$file.own" "$file"
	done
	cp "$base/run" "$dir/run"
	rm -f "$system32/computenetwork.dll" "$system32/vmcompute.dll"
}

# The functions that the complete DLL exports.
functions() {
	"${cc%gcc*}objdump" -p "$base/computenetwork.dll" |
		sed -n 's/^[[:space:]]*\[ *[0-9]*\].* \(Hcn[A-Z][A-Za-z]*\|HNSCall\)$/\1/p' | sort -u
}

# A DLL without code that forwards the functions which are left to the complete one under another name.
add_crippled_dll() {
	cp "$base/computenetwork.dll" "$system32/hcnwhole.dll"
	cp "$base/vmcompute.dll" "$system32/vmcompute.dll"
	left=$(functions)
	for name in "$@"; do
		echo "$left" | grep -qx "$name" || { echo "prefix.sh: computenetwork.dll exports no $name" >&2; exit 1; }
		left=$(echo "$left" | grep -vx "$name")
	done
	{
		printf 'LIBRARY computenetwork.dll\nEXPORTS\n'
		for name in $left; do echo " $name = hcnwhole.$name"; done
	} >"$dir/computenetwork.def"
	$cc -shared -nostdlib -Wl,--entry,0 -o "$system32/computenetwork.dll" "$dir/computenetwork.def"
}

case $kind in
no-dll) clone_prefix ;;
without) clone_prefix && add_crippled_dll "$@" ;;
*)
	echo "prefix.sh: $kind: want no-dll or without" >&2
	exit 2
	;;
esac
