#!/usr/bin/env bash
# Installs MediaWiki 1.39 from Debian packages, makes a wiki with the accounts of
# accounts.toml, and starts it on loopback. The first run takes a minute or two;
# a later one only starts what does not run. See README.md.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=paths.sh
. "$(dirname "$0")/paths.sh"

mediawiki=/usr/share/mediawiki
packages=(mediawiki php-fpm php-cli php-apcu php-intl php-mbstring php-mysql php-xml
	nginx mariadb-server mariadb-client curl)

check_system() {
	local ID='' VERSION_ID=''
	# shellcheck source=/dev/null
	[ ! -r /etc/os-release ] || . /etc/os-release
	[ "$ID $VERSION_ID" = "debian 12" ] ||
		fail "this needs Debian 12, whose packages hold MediaWiki 1.39; here is ${ID:-an unknown system} $VERSION_ID."
	[ "$(id -u)" -eq 0 ] ||
		fail "this must run as root, to install packages and to start servers as their users."
	[[ $port =~ ^[0-9]+$ ]] || fail "MEDIAWIKI_PORT must be a number, not '$port'."
	check_root
}

installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_packages() {
	local package missing=()
	for package in "${packages[@]}"; do
		installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0

	echo "installing ${missing[*]}"
	keep_services_down
	export DEBIAN_FRONTEND=noninteractive
	{
		apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"
	} >"$root/log/apt.log" 2>&1 ||
		fail "apt-get could not install ${missing[*]}; see $root/log/apt.log."
}

# keep_services_down stops packages from starting a web server and a database
# of the system. Debian asks this file; one that is there already stays.
keep_services_down() {
	local policy=/usr/sbin/policy-rc.d
	[ ! -e $policy ] || return 0
	# shellcheck disable=SC2064 # the path is known now
	trap "rm -f $policy" EXIT
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
}

make_folders() {
	umask 022
	mkdir -p "$root"/{run,log}
}

make_owned_folders() {
	install -d -o www-data -g www-data "$root"/{cache,mail,tmp}
	install -d -o mysql -g mysql "$root/mariadb"
}

# fill copies a template, with the folder and the port put in.
fill() {
	sed -e "s|@ROOT@|$root|g" -e "s|@PORT@|$port|g" "$here/templates/$1" >"$root/$1"
}

# wait_for tries a command for half a minute.
wait_for() {
	local tries=150
	until "$@" >/dev/null 2>&1; do
		((tries-- > 0)) || return 1
		sleep 0.2
	done
}

start_database() {
	local log=$root/log/mariadb-install.log
	if [ ! -d "$root/mariadb/data/mysql" ]; then
		rm -rf "$root/mariadb/data"
		# --force: the machine's name need not have an address.
		mariadb-install-db --no-defaults --user=mysql --datadir="$root/mariadb/data" \
			--auth-root-authentication-method=normal --skip-test-db --force >"$log" 2>&1 ||
			fail "the database could not be made; see $log."
	fi
	if ! running mariadb >/dev/null; then
		setsid mariadbd --no-defaults --user=mysql --datadir="$root/mariadb/data" \
			--socket="$root/mariadb/server.sock" --pid-file="$root/mariadb/server.pid" \
			--skip-networking --innodb-flush-log-at-trx-commit=2 \
			>>"$root/log/mariadb.log" 2>&1 </dev/null 9>&- &
	fi
	wait_for sql --execute 'SELECT 1' || fail "MariaDB did not start; see $root/log/mariadb.log."
}

# as_wiki runs a maintenance program of MediaWiki as the user that the web server has.
as_wiki() {
	(
		cd "$mediawiki"
		MW_INSTALL_PATH=$mediawiki MW_CONFIG_FILE=${config:-$root/LocalSettings.php} \
			setpriv --reuid=www-data --regid=www-data --clear-groups php "$@"
	)
}

# The settings that the installer writes are not used. AbuseFilter is not either,
# but takes the user id 3 when its tables are made, as on many a wiki.
create_wiki() {
	echo "making the wiki"
	local log=$root/log/install.log
	sql --execute "DROP DATABASE IF EXISTS $database"
	rm -f "$root/tmp/LocalSettings.php"
	config=$root/tmp/LocalSettings.php as_wiki maintenance/install.php \
		--dbtype mysql --dbserver "localhost:$root/mariadb/server.sock" --dbname "$database" \
		--installdbuser root --dbuser wiki --dbpass throw-away --confpath "$root/tmp" \
		--server "http://127.0.0.1:$port" --scriptpath /w --lang en --skins Vector \
		--extensions AbuseFilter,ConfirmEdit,OATHAuth --pass installer-Throwaway-1 \
		RefWiki Admin >"$log" 2>&1 || fail "MediaWiki's installer failed; see $log."
	as_wiki maintenance/rebuildLocalisationCache.php --lang=en,ar,de,qqq,tr,zh,zh-hans >>"$log" 2>&1 ||
		fail "the cache of MediaWiki's texts could not be made; see $log."
	install -m 644 "$here/accounts.php" "$root"
	install -m 644 "$accounts" "$root/accounts.toml"
	as_wiki "$root/accounts.php" "$root/accounts.toml" >>"$log" 2>&1 ||
		fail "the accounts could not be made; see $log."
	mariadb-dump --no-defaults --socket="$root/mariadb/server.sock" --user=root "$database" \
		>"$root/start.sql.part"
	mv "$root/start.sql.part" "$root/start.sql"
}

start_php() {
	! running php >/dev/null || return 0
	local fpm
	fpm=$(command -v "php-fpm$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')") ||
		fail "php-fpm is not installed for the version of php on the path."
	"$fpm" -d apc.shm_size=64M --fpm-config "$root/php-fpm.conf" >>"$root/log/php.log" 2>&1 9>&- ||
		fail "php-fpm did not start; see $root/log/php.log."
}

start_nginx() {
	if running nginx >/dev/null; then
		kill -HUP "$(running nginx)" # the port may be another one now
	else
		nginx -c "$root/nginx.conf" >"$root/log/nginx-start.log" 2>&1 9>&- ||
			fail "$(head -n 1 "$root/log/nginx-start.log")."
	fi
}

check_system
make_folders
exec 9>"$root/run/lock"
flock 9
install_packages
make_owned_folders
for file in LocalSettings.php forget.php nginx.conf php-fpm.conf; do fill "$file"; done
start_database
[ -e "$root/start.sql" ] || create_wiki
renew_temporary_passwords
start_php
start_nginx
address=http://127.0.0.1:$port/w/api.php
wait_for curl --fail --silent "$address?action=query&meta=siteinfo&format=json" ||
	fail "the wiki does not answer at $address; see $root/log."
echo "MediaWiki: $address"
