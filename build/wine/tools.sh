# shellcheck shell=sh
# Finds Wine and the compiler. Sourced by the other scripts; sets wine, wineserver and cc.

first_of() {
	for candidate in "$@"; do
		path=$(command -v "$candidate" 2>/dev/null) && echo "$path" && return
	done
	return 1
}

# The 64-bit loader itself rather than Debian's wrapper, which complains that there is no wine32.
find_tools() {
	wine=$(first_of /usr/lib/wine/wine64 wine64 wine64-stable /opt/wine-stable/bin/wine64 wine) || return 1
	wineserver=$(first_of /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver wineserver wineserver-stable /opt/wine-stable/bin/wineserver) || return 1
	cc=$(first_of x86_64-w64-mingw32-gcc x86_64-w64-mingw32-gcc-win32) || return 1
}

tools_found() { (find_tools && command -v flock) >/dev/null; }

tools_missing() {
	missing=
	first_of /usr/lib/wine/wine64 wine64 wine64-stable /opt/wine-stable/bin/wine64 wine >/dev/null || missing="Wine"
	first_of x86_64-w64-mingw32-gcc x86_64-w64-mingw32-gcc-win32 >/dev/null || missing="$missing mingw"
	command -v flock >/dev/null || missing="$missing flock"
	echo "${missing# }"
}
