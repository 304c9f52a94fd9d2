#!/bin/sh
# Installs what the client tests run: interpreters and libraries from Debian,
# npm packages, and the modules of the Go driver. A test whose program cannot
# run is skipped, so this script never fails: whatever it cannot install it
# reports in one line. Running it again is quick.
set -u

cd "$(dirname "$0")/testdata" || exit

skip() {
	echo "test/clients/install.sh: skipping $1"
}

has_package() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Debian carries no MediaWiki client library for PHP: the samples use curl.
debian_packages() {
	missing=
	for package in python3-requests python3-flask python3-mwclient php-cli php-curl php-xml \
		libwww-perl libjson-perl libmediawiki-api-perl libmediawiki-bot-perl; do
		has_package "$package" || missing="$missing $package"
	done
	command -v node >/dev/null || missing="$missing nodejs"
	command -v npm >/dev/null || missing="$missing npm"
	[ -n "$missing" ] || return 0

	if ! command -v apt-get >/dev/null; then
		skip "the Debian packages$missing: there is no apt-get here"
	elif [ "$(id -u)" -ne 0 ]; then
		skip "the Debian packages$missing: installing them takes root"
	else
		export DEBIAN_FRONTEND=noninteractive
		# shellcheck disable=SC2086 # a list of words
		{ apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } ||
			skip "the Debian packages$missing: apt-get failed, see above"
	fi
}

# The stamp is the lock file that was installed last.
npm_packages() {
	stamp=node/node_modules/.installed-lock.json
	cmp -s node/package-lock.json "$stamp" && return 0

	if ! command -v npm >/dev/null; then
		skip "the npm packages: npm not found"
	elif (cd node && npm ci --ignore-scripts --no-audit --no-fund \
		--fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000); then
		cp node/package-lock.json "$stamp"
	else
		skip "the npm packages: npm failed, see above"
	fi
}

go_modules() {
	if ! command -v go >/dev/null; then
		skip "the modules of the Go driver: go not found"
	else
		(cd drivers/go-mwclient && go mod download) ||
			skip "the modules of the Go driver: go failed, see above"
	fi
}

debian_packages
npm_packages
go_modules
