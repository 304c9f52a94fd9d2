#!/bin/sh
# Makes the accounts that the scenarios play with, in the data folder that
# WIKIGATE_DATA names, and prints the accounts file for it: accounts.toml of
# this folder, with the temporary password that was made. The data folder
# should be a new one; WIKIGATE is the program (./bin/wikigate).
set -eu
: "${WIKIGATE_DATA:?names no data folder}"
wikigate=${WIKIGATE:-./bin/wikigate}

account() { # name password flags
	name=$1 password=$2
	shift 2
	printf %s "$password" | "$wikigate" account create "$name" --password-stdin "$@" >/dev/null
}

bot() { # owner app secret grants flags
	owner=$1 app=$2 secret=$3 grants=$4
	shift 4
	printf %s "$secret" | "$wikigate" botpassword create "$owner" "$app" --secret-stdin --grants "$grants" "$@" >/dev/null
}

account Admin 'Adm1n-Passw0rd!x' --groups bureaucrat,interface-admin,sysop
account Alice alice-Secret-Pw1 --email alice@wiki.test
account William william-Secret-Pw2
account BotUser botuser-Secret-Pw3 --groups bot
account Blocked blocked-Secret-Pw5
account 'Ünïcode User' 'ünïcode-Secret-Pw8'
account Mailer legacy-Secret-Pw6 --email mailer@wiki.test
for name in OldA OldB Bcrypt Argon LegacyB TempPw; do
	account "$name" legacy-Secret-Pw6
done
for name in Tfa $(seq -f Tfa%g 18); do
	account "$name" tfa-Secret-Pw4
	printf %s JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP |
		"$wikigate" twofactor add "$name" --secret-stdin --no-recovery-codes >/dev/null
done

bot William testbot is7ql49kctb8tlgbe5qq5c7m63i4jj7q highvolume,editpage
bot William fmt kij1v0ood48l4uoomo3rrhj495vnvuob highvolume,editpage,createeditmovepage
bot William iprestr 98lfkp318ctr51r8bf6bpb34jqs0pupu basic --ip 10.9.8.0/24
bot Tfa tfabot av0tdgvgv4siqehak9qb98nvec0bguho editpage
bot Blocked blkbot vd0s7b30u7gdfsjnlr4e614fkt8udfuq editpage
bot BotUser full emklp52pauitcpiav79t6ogo22ei590f "highvolume,import,editpage,\
editprotected,editmycssjs,editmyoptions,editinterface,editsiteconfig,\
createeditmovepage,uploadfile,uploadeditmovefile,patrol,rollback,blockusers,\
viewdeleted,viewrestrictedlogs,delete,oversight,protect,viewmywatchlist,\
editmywatchlist,sendemail,createaccount,privateinfo,mergehistory"

"$wikigate" account block Blocked --reason 'For the scenarios' --by Admin >/dev/null
temporary=$("$wikigate" account password TempPw --temporary --json |
	sed -n 's/.*"temporary_password": *"\([^"]*\)".*/\1/p')
sed "s/^temporary = .*/temporary = \"$temporary\"/" "$(dirname "$0")/accounts.toml"
