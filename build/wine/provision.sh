#!/bin/sh
# Makes everything that Windows executables need here, in out/wine: a Wine prefix, the emulator as
# computenetwork.dll and vmcompute.dll, and out/wine/run, which starts an .exe. May be run at any time:
# what already exists is kept. See docs/wine.md.
#
# Exit code 3: this machine has no Wine or no mingw and this script cannot install them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${WINE_OUT:-$root/out/wine}
packages="wine wine64 gcc-mingw-w64-x86-64-win32"
. "$here/tools.sh"

say() { echo "wine: $*"; }

# An apt-get that may install, or nothing.
apt() {
	command -v apt-get >/dev/null || return 1
	if [ "$(id -u)" = 0 ]; then
		DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
	else
		sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
	fi
}

install_packages() {
	if tools_found; then return; fi
	say "installing $packages"
	log=$out/apt.log
	# The lists of a fresh machine are often too old to install from.
	# shellcheck disable=SC2086
	if apt install -y --no-install-recommends $packages >"$log" 2>&1 ||
		{ apt update >>"$log" 2>&1 && apt install -y --no-install-recommends $packages >>"$log" 2>&1; }; then
		tools_found && return
	fi
	say "cannot install what is missing ($(tools_missing)); see $log"
	say "needed: Wine for 64-bit programs and the mingw-w64 C compiler for x86_64."
	say "Debian and Ubuntu: apt-get install $packages; Fedora: dnf install wine-core mingw64-gcc; Arch: pacman -S wine mingw-w64-gcc"
	exit 3
}

# The prefix belongs to one version of Wine and of this script.
make_prefix() {
	want="$($wine --version 2>/dev/null) $(cksum <"$here/provision.sh") $(cksum <"$here/bcryptprimitives.c")"
	if [ "$(cat "$out/prefix.stamp" 2>/dev/null)" = "$want" ]; then return; fi
	say "making the prefix with $($wine --version 2>/dev/null)"
	stop_server
	rm -rf "$out/prefix" "$out/prefix.stamp"
	boot_prefix
	add_process_prng
	echo "$want" >"$out/prefix.stamp"
}

boot_prefix() {
	"$out/run" wineboot --init </dev/null >"$out/wineboot.log" 2>&1 9>&- || true
	if [ ! -f "$out/prefix/drive_c/windows/system32/kernel32.dll" ]; then
		say "wineboot made no prefix; see $out/wineboot.log"
		exit 1
	fi
}

# Go's runtime draws its random seed from bcryptprimitives.dll, which Wine has from version 9 on only.
add_process_prng() {
	dll=$out/prefix/drive_c/windows/system32/bcryptprimitives.dll
	if [ -e "$dll" ]; then return; fi
	$cc -O2 -Wall -shared -o "$dll" "$here/bcryptprimitives.c" -ladvapi32
}

# Nothing may run in a prefix that is taken away.
stop_server() {
	if [ -d "$out/prefix" ]; then
		"$out/run" --stop 9>&-
	fi
}

# The runner knows the two programs by absolute path, so that it starts fast and needs no PATH.
write_runner() {
	sed -e "s|@WINE@|$wine|" -e "s|@WINESERVER@|$wineserver|" "$here/run.in" >"$out/run.new"
	chmod +x "$out/run.new"
	mv "$out/run.new" "$out/run"
}

mkdir -p "$out"
# One at a time; what is started below must not inherit the lock.
exec 9>"$out/provision.lock"
flock 9
install_packages
find_tools
write_runner
make_prefix
CC=$cc "$here/dll.sh" "$out"
