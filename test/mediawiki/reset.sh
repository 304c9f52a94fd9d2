#!/usr/bin/env bash
# Puts the wiki back to what up.sh made: accounts, sessions, throttles, captchas,
# mails. With --counters it leaves the accounts and forgets only the rest.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=paths.sh
. "$(dirname "$0")/paths.sh"

case "${1-}" in
'' | --counters) ;;
*) fail "usage: reset.sh [--counters]" ;;
esac
check_root
if ! running mariadb >/dev/null || ! running nginx >/dev/null; then
	fail "the wiki does not run; start it with up.sh."
fi

if [ "${1-}" != --counters ]; then
	sql "$database" <"$root/start.sql"
	renew_temporary_passwords
fi
rm -f "$root/mail/sent.jsonl"
answer=$(curl --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$port/forget") || true
[ "$answer" = 204 ] ||
	fail "the wiki does not answer on port $port; name the wiki's port in MEDIAWIKI_PORT."
