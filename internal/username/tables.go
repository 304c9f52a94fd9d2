package username

// userNamespace is the one namespace whose prefix a name may carry.
const userNamespace = "User"

// namespaceNames are the namespaces every wiki has, with their old names.
// The project namespace has the name of the site besides.
// MediaWiki: includes/title/NamespaceInfo.php (CANONICAL_NAMES).
var namespaceNames = [...]string{
	"Media", "Special", "Talk",
	userNamespace, "User talk",
	"Project", "Project talk",
	"File", "File talk",
	"Image", "Image talk",
	"MediaWiki", "MediaWiki talk",
	"Template", "Template talk",
	"Help", "Help talk",
	"Category", "Category talk",
}

// reserved are the names under which a wiki's software acts by itself. The
// last six are message texts in MediaWiki; these are the English values.
// MediaWiki: includes/MainConfigSchema.php (ReservedUsernames).
var reserved = map[string]bool{
	"MediaWiki default":                        true,
	"Conversion script":                        true,
	"Maintenance script":                       true,
	"ScriptImporter":                           true,
	"Delete page script":                       true,
	"Move page script":                         true,
	"Command line script":                      true,
	"Unknown user":                             true,
	"Template namespace initialisation script": true,

	"Redirect fixer":             true, // double-redirect-fixer
	"System messenger":           true, // usermessage-editor
	"Proxy blocker":              true, // proxyblocker
	"DNSBL":                      true, // sorbs
	"MediaWiki spam cleanup":     true, // spambot_username
	"MediaWiki automatic change": true, // autochange-username
}
