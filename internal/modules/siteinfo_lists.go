package modules

import (
	"context"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// databaseLag is that of a single database, as MediaWiki reports it.
func (s *site) databaseLag(_ context.Context, c *actionapi.Call, out format.Ref) error {
	lag := int64(-1)
	if c.Args.Bool("showalldb") {
		lag = 0
	}
	o := out.List("dbrepllag", "db").Object("")
	o.String("host", s.HostName)
	o.Int("lag", lag)
	return nil
}

func (s *site) defaultOptions(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	writePreferences(out, "defaultoptions", s.Language)
	return nil
}

// languageVariants: no language is converted, since there is no text.
func (s *site) languageVariants(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	out.Object("languagevariants")
	return nil
}

// protocols may begin an address in a text (MediaWiki:
// includes/MainConfigSchema.php, UrlProtocols).
var protocols = []string{
	"bitcoin:", "ftp://", "ftps://", "geo:", "git://", "gopher://", "http://", "https://", "irc://", "ircs://",
	"magnet:", "mailto:", "matrix:", "mms://", "news:", "nntp://", "redis://", "sftp://", "sip:", "sips:", "sms:",
	"ssh://", "svn://", "tel:", "telnet://", "urn:", "worldwind://", "xmpp:", "//",
}

func (s *site) protocols(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	out.Strings("protocols", "p", protocols)
	return nil
}

// restrictions are the ways to protect a page; clients build forms from them.
func (s *site) restrictions(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	o := out.Object("restrictions")
	o.Strings("types", "type", []string{"create", "edit", "move", "upload"})
	o.Strings("levels", "level", []string{"", "autoconfirmed", "sysop"})
	o.Strings("cascadinglevels", "level", []string{"sysop"})
	o.Strings("semiprotectedlevels", "level", []string{"autoconfirmed"})
	return nil
}

// rightsInfo names no licence: nothing is published here.
func (s *site) rightsInfo(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	o := out.Object("rightsinfo")
	o.String("url", "")
	o.String("text", "")
	return nil
}

// uploadDialog is that of a fresh wiki (MediaWiki:
// includes/MainConfigSchema.php, UploadDialog).
func (s *site) uploadDialog(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	o := out.Object("uploaddialog")
	fields := o.Object("fields")
	fields.Bool("description", true)
	fields.Bool("date", false)
	fields.Bool("categories", false)
	licence := o.Object("licensemessages")
	licence.String("local", "generic-local")
	licence.String("foreign", "generic-foreign")
	comment := o.Object("comment")
	comment.String("local", "")
	comment.String("foreign", "")
	page := o.Object("format")
	page.String("filepage", "$DESCRIPTION")
	page.String("description", "$TEXT")
	page.String("ownwork", "")
	page.String("license", "")
	page.String("uncategorized", "")
	return nil
}

// named is something with a constant name and the words people use for it.
type named struct {
	name    string
	aliases []string
}

// specialPages are those that have to do with accounts (MediaWiki:
// languages/messages/MessagesEn.php, specialPageAliases).
var specialPages = []named{
	{"Userlogin", []string{"UserLogin", "Login"}},
	{"Userlogout", []string{"UserLogout", "Logout"}},
	{"CreateAccount", []string{"CreateAccount"}},
	{"LinkAccounts", []string{"LinkAccounts"}},
	{"UnlinkAccounts", []string{"UnlinkAccounts"}},
	{"ChangeCredentials", []string{"ChangeCredentials"}},
	{"RemoveCredentials", []string{"RemoveCredentials"}},
	{"ChangePassword", []string{"ChangePassword", "ResetPass", "ResetPassword"}},
	{"BotPasswords", []string{"BotPasswords"}},
	{"PasswordReset", []string{"PasswordReset"}},
	{"Preferences", []string{"Preferences"}},
	{"Listgrouprights", []string{"ListGroupRights", "UserGroupRights"}},
	{"Listgrants", []string{"ListGrants"}},
	{"Listusers", []string{"ListUsers", "UserList", "Users"}},
	{"Userrights", []string{"UserRights", "MakeSysop", "MakeBot"}},
	{"PasswordPolicies", []string{"PasswordPolicies"}},
	{"Version", []string{"Version"}},
	{"ApiHelp", []string{"ApiHelp"}},
	{"Specialpages", []string{"SpecialPages"}},
	{"Confirmemail", []string{"ConfirmEmail"}},
	{"Invalidateemail", []string{"InvalidateEmail"}},
	{"ChangeEmail", []string{"ChangeEmail"}},
}

func (s *site) specialPages(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	list := out.List("specialpagealiases", "specialpage")
	for _, p := range specialPages {
		o := list.Object("")
		o.String("realname", p.name)
		o.Strings("aliases", "alias", p.aliases)
	}
	return nil
}

// magicWords are those that clients look up to read and write links, since
// some stop without them (MediaWiki: languages/messages/MessagesEn.php).
var magicWords = []named{
	{"img_center", []string{"center", "centre"}},
	{"img_framed", []string{"frame", "framed", "enframed"}},
	{"img_frameless", []string{"frameless"}},
	{"img_left", []string{"left"}},
	{"img_manualthumb", []string{"thumbnail=$1", "thumb=$1"}},
	{"img_none", []string{"none"}},
	{"img_right", []string{"right"}},
	{"img_thumbnail", []string{"thumb", "thumbnail"}},
	{"img_width", []string{"$1px"}},
	{"redirect", []string{"#REDIRECT"}},
}

func (s *site) magicWords(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	list := out.List("magicwords", "magicword")
	for _, w := range magicWords {
		o := list.Object("")
		o.String("name", w.name)
		o.Strings("aliases", "alias", w.aliases)
		o.Bool("case-sensitive", w.name != "redirect")
	}
	return nil
}

// extensions names this server, truthfully, since programs that scan the list
// in XML stop at one without members.
func (s *site) extensions(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	o := out.List("extensions", "ext").Object("")
	o.String("type", "other")
	o.String("name", "wikigate")
	o.String("description", "Authentication server behind this API")
	o.String("author", "the wikigate maintainers")
	o.String("license-name", "Apache-2.0")
	return nil
}
