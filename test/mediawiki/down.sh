#!/usr/bin/env bash
# Stops the servers that up.sh started, and no others. Accounts stay as they are;
# sessions and counters are gone. Running it again does nothing.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=paths.sh
. "$(dirname "$0")/paths.sh"

stop() {
	local pid tries=150
	pid=$(running "$1") || return 0
	kill "$pid" || fail "$1 (process $pid) cannot be stopped; run this as the user that started it."
	while [ -e "/proc/$pid" ]; do
		((tries-- > 0)) || fail "$1 (process $pid) does not stop; see $root/log."
		sleep 0.2
	done
	rm -f "$(pid_file "$1")"
}

check_root
for server in nginx php mariadb; do stop "$server"; done
