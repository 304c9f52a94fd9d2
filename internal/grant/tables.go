package grant

// grants is the table behind Grants. That editmywatchlist stands alone under
// "other" is not a slip here: MediaWiki's table of headings misspells its key.
// MediaWiki: includes/MainConfigSchema.php (GrantPermissions,
// GrantPermissionGroups); includes/Permissions/GrantsInfo.php (hidden grants);
// extension OATHAuth, extension.json (oath).
var grants = [...]Grant{
	{"basic", "hidden", true, []string{
		"autocreateaccount", "autoconfirmed", "autopatrol", "editsemiprotected", "ipblock-exempt",
		"nominornewtalk", "patrolmarks", "purge", "read", "writeapi", "unwatchedpages",
		"skipcaptcha", // of the extension ConfirmEdit
	}},
	{"highvolume", "high-volume", false, []string{"bot", "apihighlimits", "noratelimit", "markbotedits"}},
	{"import", "administration", false, []string{"import", "importupload"}},
	{"editpage", "page-interaction", false, editing()},
	{"editprotected", "page-interaction", false, editing("editprotected")},
	{"editmycssjs", "customization", false, editing("editmyusercss", "editmyuserjson", "editmyuserjs")},
	{"editmyoptions", "customization", false, []string{"editmyoptions", "editmyuserjson"}},
	{"editinterface", "administration", false, editing("editinterface", "edituserjson", "editsitejson")},
	{"editsiteconfig", "administration", false, editing(
		"editinterface", "edituserjson", "editsitejson",
		"editusercss", "edituserjs", "editsitecss", "editsitejs",
	)},
	{"createeditmovepage", "page-interaction", false, editing(
		"createpage", "createtalk", "delete-redirect",
		"move", "move-rootuserpages", "move-subpages", "move-categorypages", "suppressredirect",
	)},
	{"uploadfile", "file-interaction", false, []string{"upload", "reupload-own"}},
	{"uploadeditmovefile", "file-interaction", false, []string{
		"upload", "reupload-own", "reupload", "reupload-shared", "upload_by_url", "movefile", "suppressredirect",
	}},
	{"patrol", "page-interaction", false, []string{"patrol"}},
	{"rollback", "administration", false, []string{"rollback"}},
	{"blockusers", "administration", false, []string{"block", "blockemail"}},
	{"viewdeleted", "administration", false, []string{"browsearchive", "deletedhistory", "deletedtext"}},
	{"viewrestrictedlogs", "administration", false, []string{"suppressionlog"}},
	{"delete", "administration", false, editing(
		"browsearchive", "deletedhistory", "deletedtext",
		"delete", "bigdelete", "deletelogentry", "deleterevision", "undelete",
	)},
	{"oversight", "administration", false, []string{"suppressrevision", "viewsuppressed"}},
	{"protect", "administration", false, editing("editprotected", "protect")},
	{"viewmywatchlist", "watchlist-interaction", false, []string{"viewmywatchlist"}},
	{"editmywatchlist", "other", false, []string{"editmywatchlist"}},
	{"sendemail", "email", false, []string{"sendemail"}},
	{"createaccount", "administration", false, []string{"createaccount"}},
	{"privateinfo", "private-information", false, []string{"viewmyprivateinfo"}},
	{"mergehistory", "administration", false, []string{"mergehistory"}},
	{"oath", "authentication", false, []string{"oathauth-api-all", "oathauth-verify-user"}},
}

// editing is what every grant includes that has to do with changing pages.
func editing(more ...string) []string {
	return append([]string{"edit", "minoredit", "applychangetags", "changetags", "editcontentmodel"}, more...)
}

// defaultGroups is the table behind DefaultGroups.
// MediaWiki: includes/MainConfigSchema.php (GroupPermissions).
var defaultGroups = [...]Group{
	{everyone, []string{
		"createaccount", "read", "edit", "createpage", "createtalk", "writeapi",
		"viewmywatchlist", "editmywatchlist", "viewmyprivateinfo", "editmyprivateinfo", "editmyoptions",
	}},
	{registeredUsers, []string{
		"move", "move-subpages", "move-rootuserpages", "move-categorypages", "movefile",
		"read", "edit", "createpage", "createtalk", "writeapi",
		"upload", "reupload", "reupload-shared", "minoredit",
		"editmyusercss", "editmyuserjson", "editmyuserjs", "editmyuserjsredirect",
		"purge", "sendemail", "applychangetags", "changetags", "editcontentmodel",
	}},
	{autoconfirmedUsers, []string{"autoconfirmed", "editsemiprotected"}},
	{"bot", []string{
		"bot", "autoconfirmed", "editsemiprotected", "nominornewtalk",
		"autopatrol", "suppressredirect", "apihighlimits", "writeapi",
	}},
	{"sysop", []string{
		"block", "createaccount", "delete", "bigdelete", "deletedhistory", "deletedtext", "undelete",
		"editinterface", "editsitejson", "edituserjson", "import", "importupload",
		"move", "move-subpages", "move-rootuserpages", "move-categorypages",
		"patrol", "autopatrol", "protect", "editprotected", "rollback",
		"upload", "reupload", "reupload-shared", "unwatchedpages",
		"autoconfirmed", "editsemiprotected", "ipblock-exempt", "blockemail", "markbotedits",
		"apihighlimits", "browsearchive", "noratelimit", "movefile", "unblockself", "suppressredirect",
		"mergehistory", "managechangetags", "deletechangetags",
	}},
	{"interface-admin", []string{
		"editinterface", "editsitecss", "editsitejson", "editsitejs", "editusercss", "edituserjson", "edituserjs",
	}},
	{"bureaucrat", []string{"userrights", "noratelimit"}},
	{"suppress", []string{
		"hideuser", "suppressrevision", "viewsuppressed", "suppressionlog", "deleterevision", "deletelogentry",
	}},
}

// ungivenRights are rights of the software that no group has by default, and no
// grant lets through.
// MediaWiki: includes/Permissions/PermissionManager.php (CORE_RIGHTS).
var ungivenRights = [...]string{
	"autocreateaccount", "override-export-depth", "pagelang", "patrolmarks", "siteadmin", "userrights-interwiki",
}
