package modules

import (
	"context"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// preference is a preference of users with its default: an int64 or a text, as
// MediaWiki has it.
type preference struct {
	key   string
	value any
}

// defaultPreferences are what a user who has set nothing has: of MediaWiki's
// many preferences those that mean something without pages, in its order
// (MediaWiki: includes/MainConfigSchema.php, DefaultUserOptions, and
// includes/user/DefaultOptionsLookup.php).
func defaultPreferences(language string) []preference {
	return []preference{
		{"ccmeonemails", int64(0)},
		{"date", "default"},
		{"disablemail", int64(0)},
		{"email-allow-new-users", int64(1)},
		{"fancysig", int64(0)},
		{"gender", "unknown"},
		{"nickname", ""},
		{"skin", "fallback"}, // what a wiki without skins shows
		{"prefershttps", int64(1)},
		{"requireemail", int64(0)},
		{"skin-responsive", int64(1)},
		{"timecorrection", "System|0"},
		{"language", language},
		{"variant", language},
	}
}

// writePreferences adds the defaults as an object.
func writePreferences(out format.Ref, key, language string) {
	o := out.Object(key)
	for _, p := range defaultPreferences(language) {
		switch v := p.value.(type) {
		case int64:
			o.Int(p.key, v)
		case string:
			o.String(p.key, v)
		}
	}
}

// options are the defaults for everybody: no preference is stored.
func (u UserInfo) options(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	writePreferences(out, "options", u.Language)
	return nil
}
