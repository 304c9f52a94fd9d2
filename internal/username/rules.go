package username

import (
	"strings"
)

// maxBytes is the longest name there is, and maxNewBytes the longest that a
// new account may have.
// MediaWiki: includes/MainConfigSchema.php (MaxNameChars);
// includes/user/UserNameUtils.php (room left for signatures and log titles).
const (
	maxBytes    = 255
	maxNewBytes = 235
)

// notInNewNames are the characters no new account may have in its name; old
// accounts that have one keep it and can log in.
// MediaWiki: includes/MainConfigSchema.php (InvalidUsernameCharacters).
const notInNewNames = "@:>"

// Rules holds what the rules for names depend on at one site: the prefixes
// that make "prefix:rest" something else than a user name. It is immutable
// and safe for concurrent use.
type Rules struct {
	namespaces map[string]bool // folded name → is it the User namespace
	interwiki  map[string]bool // folded prefix → true
}

// NewRules returns the rules of a site. siteName also names the project
// namespace, so "siteName:x" and "siteName talk:x" are no names; interwiki
// lists the interwiki prefixes the site knows, in any case.
func NewRules(siteName string, interwiki []string) *Rules {
	r := &Rules{
		namespaces: make(map[string]bool, len(namespaceNames)+2),
		interwiki:  make(map[string]bool, len(interwiki)),
	}
	for _, name := range namespaceNames {
		r.namespaces[foldPrefix(name)] = name == userNamespace
	}
	if site := collapseBlanks(siteName); site != "" {
		r.namespaces[foldPrefix(site)] = false
		r.namespaces[foldPrefix(site+" talk")] = false
	}
	for _, prefix := range interwiki {
		r.interwiki[foldPrefix(prefix)] = true
	}
	return r
}

// Parse brings a spelling of a name into canonical form; false means that raw
// spells no user name. The input is untrusted: it need not be valid UTF-8 or
// NFC. The canonical form of a Name parses to the same Name. A plain ASCII
// name that already is canonical costs no allocation, and the Name then
// shares the memory of raw.
//
// MediaWiki: includes/user/UserNameUtils.php (getCanonical, isValid).
func (r *Rules) Parse(raw string) (Name, bool) {
	if isPlain(raw) {
		return Name{upperFirst(raw)}, true
	}
	return r.parseAny(raw)
}

// Bound brings the begin or the end of a list of names, or what names begin
// with, into the form in which names compare. The text need not spell a name.
//
// MediaWiki: includes/api/ApiQueryAllUsers.php (getCanonicalUserName).
func Bound(raw string) string { return strings.ReplaceAll(upperFirst(raw), "_", " ") }

// Usable reports whether somebody may log in under n: it is a name, and not
// one of those the software signs its own actions with.
//
// MediaWiki: includes/user/UserNameUtils.php (isUsable).
func (r *Rules) Usable(n Name) bool {
	return !n.IsZero() && !reserved[n.canonical]
}

// Creatable reports whether a new account may be called n: it is usable, at
// most 235 bytes long and has none of "@", ":" and ">".
//
// MediaWiki: includes/user/UserNameUtils.php (isCreatable).
func (r *Rules) Creatable(n Name) bool {
	return r.Usable(n) && len(n.canonical) <= maxNewBytes &&
		!strings.ContainsAny(n.canonical, notInNewNames)
}

// isPlain reports whether raw needs no more than a capital first letter to be
// canonical: short enough ASCII without anything that parseAny would change,
// look up or refuse. It may say no to a good name, which is only slower.
func isPlain(raw string) bool {
	if raw == "" || len(raw) > maxBytes || raw[0] == '.' {
		return false
	}
	dotted := false
	before := byte(' ')
	for i := range len(raw) {
		c := raw[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == ' ' && before == ' ':
			return false
		case c == '.':
			dotted = true
		case strings.IndexByte(` !"$'()*+,-;=?@\^`+"`", c) < 0:
			return false
		}
		before = c
	}
	looksIPv4 := dotted && '0' <= raw[0] && raw[0] <= '9'
	return before != ' ' && !looksIPv4
}

// parseAny is Parse for every input.
func (r *Rules) parseAny(raw string) (Name, bool) {
	text, ok := cleanInput(raw)
	if !ok {
		return Name{}, false
	}
	// Before entities are decoded, and once more in userTitle.
	text = upperFirst(text)
	if strings.Contains(text, "#") {
		return Name{}, false
	}
	text, ok = r.userTitle(text)
	if !ok || !r.isName(text) {
		return Name{}, false
	}
	return Name{nfc(text)}, true
}

// isName applies the rules that come on top of those for titles.
func (r *Rules) isName(text string) bool {
	if text == "" || len(text) > maxBytes || isIP(text) ||
		strings.Contains(text, "/") || strings.ContainsFunc(text, isTroublesome) {
		return false
	}
	// As a link the name must not lead elsewhere.
	prefix, _, found := cutPrefix(text)
	return !found || !r.isKnownPrefix(prefix)
}
