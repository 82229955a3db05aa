#!/bin/sh
# The tests of the Wine set-up itself: documents against the bindings, the DLL, nodes without a usable one.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
export WINE_OUT="$root/out/wine"
windows="env GOOS=windows GOARCH=amd64 CGO_ENABLED=0"
$windows go -C "$root/test/conformance" test -exec "$WINE_OUT/run" ./roundtrip
cd "$root"
$windows go test -exec "$WINE_OUT/run" ./test/computenetwork/dlltest
go test ./test/computenetwork/dlltest
