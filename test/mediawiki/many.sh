#!/usr/bin/env bash
# Prints accounts.toml with further accounts, for generated requests: a code of a
# second factor and a temporary password each work once, so many accounts that have
# one can be played with at the same time.
#     many.sh 150 40    150 with a second factor, 40 with a temporary password
set -euo pipefail
cd "$(dirname "$0")"

cat accounts.toml
next=$(($(sed -n 's/^id = //p' accounts.toml | sort -n | tail -n 1) + 1))
letters=(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z)

# account ROLE NAME prints what all accounts have.
account() {
	printf '\n[users.%s]\nname = "%s"\nid = %d\npassword = "many-Secret-Pw8"\n' "$1" "$2" "$next"
	printf 'groups = []\nemail = "%s@wiki.test"\n' "$1"
	next=$((next + 1))
}

for ((i = 0; i < $1; i++)); do
	account "manytfa$i" "Many tfa $i"
	printf 'totp = "JBSWY3DPEHPK3PXPJBSWY3DPEH%s%s%s%s%s%s"\n' \
		"${letters[i / 676 % 26]}" "${letters[i / 26 % 26]}" "${letters[i % 26]}" K A A
done
for ((i = 0; i < $2; i++)); do
	account "manytemp$i" "Many temp $i"
	printf 'temporary = "many-temp-Secret-Pw9"\n'
done
