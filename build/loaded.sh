#!/bin/sh
# Runs the tests of some packages three times while eight busy loops keep the processors busy:
# loaded.sh PACKAGE... Ends with "loaded: N of 3 passed".
set -u
loops=
trap 'kill $loops 2>/dev/null' EXIT
trap 'exit 1' INT TERM
for _ in 1 2 3 4 5 6 7 8; do
	sh -c 'while :; do :; done' &
	loops="$loops $!"
done
passed=0
for round in 1 2 3; do
	echo "loaded: round $round"
	if ${GO:-go} test -count=1 -timeout 60m "$@"; then
		passed=$((passed + 1))
	fi
done
echo "loaded: $passed of 3 passed"
[ "$passed" = 3 ]
