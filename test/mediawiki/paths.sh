# shellcheck shell=bash disable=SC2034
# What up.sh, down.sh and reset.sh share: where the wiki lives, which of its
# servers run, and how to speak to the database. It is sourced, not run.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${MEDIAWIKI_ROOT:-${TMPDIR:-/tmp}/wikigate-mediawiki}
port=${MEDIAWIKI_PORT:-8491}
accounts=${MEDIAWIKI_ACCOUNTS:-$here/accounts.toml}
# The name of the database is the wiki's id, which cookies and answers show.
database=refwiki

fail() {
	echo "test/mediawiki: $*" >&2
	exit 1
}

# The path stands in configuration files and in names of Unix sockets, which
# are short; and root writes there, so nobody else may have made the folder.
check_root() {
	[[ $root =~ ^/[A-Za-z0-9._/-]{1,80}$ ]] ||
		fail "MEDIAWIKI_ROOT must be an absolute path of at most 80 plain characters, not '$root'."
	if [ -L "$root" ] || { [ -e "$root" ] && ! [ -O "$root" ]; }; then
		fail "$root exists, but is not a folder of yours; name another one in MEDIAWIKI_ROOT."
	fi
}

pid_file() {
	case $1 in
	mariadb) echo "$root/mariadb/server.pid" ;;
	*) echo "$root/run/$1.pid" ;;
	esac
}

# running prints the process id of a server that up.sh started. A pid file that
# was left behind may name a stranger: the command line tells, as each of the
# servers has the folder in its own.
running() {
	local file pid
	file=$(pid_file "$1")
	pid=$(cat "$file" 2>/dev/null) && [ -n "$pid" ] &&
		grep -qsF "$root/" "/proc/$pid/cmdline" && echo "$pid"
}

sql() {
	mariadb --no-defaults --socket="$root/mariadb/server.sock" --user=root --batch --skip-column-names "$@"
}

# A temporary password is good for a week from the time it was made.
renew_temporary_passwords() {
	sql "$database" --execute "UPDATE user SET user_newpass_time =
		DATE_FORMAT(UTC_TIMESTAMP(), '%Y%m%d%H%i%S') WHERE user_newpassword <> ''"
}
