#!/bin/sh
# Builds HEAD twice, in directories of different names with build caches of their own, and compares.
set -eu
root=$(git rev-parse --show-toplevel)
commit=$(git rev-parse HEAD)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
for copy in one another/and-deeper; do
	mkdir -p "$work/$copy"
	git clone -q "$root" "$work/$copy/src"
	git -C "$work/$copy/src" -c advice.detachedHead=false checkout -q "$commit"
	(cd "$work/$copy/src" && GOCACHE="$work/$copy/cache" make -s -f build/release.mk release RELEASE_OUT="$work/$copy/out" >/dev/null)
	rm -rf "$work/$copy/cache"
done
for file in "$work"/one/out/*; do
	cmp "$file" "$work/another/and-deeper/out/$(basename "$file")"
done
cat "$work/one/out/SHA256SUMS"
echo "release-check: two builds of $(git describe --tags --always "$commit") are equal in $(ls "$work/one/out" | wc -l) files"
