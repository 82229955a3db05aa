#!/bin/sh
# Asks an emulated node of each HNS version all probes: build/probes.sh WHERE COMMAND...
set -eu
where=$1
shift
for version in 9.5 11.10 13.3 15.4 16.0; do
	dir=$(mktemp -d)
	printf 'HNS %s on %s: ' "$version" "$where"
	if ! HCNEMU_DIR=$dir HCNEMU_HOST="{\"version\":\"$version\"}" "$@" -q probe --uplink Ethernet >"$dir/out" 2>&1; then
		cat "$dir/out"
		rm -rf "$dir"
		exit 1
	fi
	tail -n 1 "$dir/out"
	rm -rf "$dir"
done
