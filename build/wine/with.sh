#!/bin/sh
# Provisions Wine and runs a command: with.sh WHAT COMMAND…
# If Wine cannot be installed, reports that WHAT is skipped and succeeds, or fails if REQUIRE_ALL=1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
what=$1
shift
"$here/provision.sh"
case $? in
0) exec "$@" ;;
3)
	if [ "${REQUIRE_ALL:-}" = 1 ]; then
		echo "$what: Wine is required here (REQUIRE_ALL=1)" >&2
		exit 1
	fi
	echo "skipped: $what (no Wine)"
	;;
*) exit 1 ;;
esac
