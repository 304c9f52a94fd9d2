package message

import (
	"maps"
	"slices"
	"strings"
)

// Catalog holds the texts of all languages. It is immutable and safe for
// concurrent use.
type Catalog struct {
	known map[string]Language // by code: those with texts of their own, and those that fall back
	site  *Site
}

// Site is what texts say about the site that they are shown on.
type Site struct {
	Name        string // {{SITENAME}}
	ArticlePath string // path of a page, with $1 in the place of its title
}

// Load reads the texts that the program brings along and, unless overrides is
// empty, those of an operator's folder, which replace or add to them.
func Load(overrides string) (*Catalog, error) {
	builtIn, err := embeddedSources()
	if err != nil {
		return nil, err
	}
	local, err := folderSources(overrides)
	if err != nil {
		return nil, err
	}
	c := &Catalog{known: map[string]Language{}, site: &Site{Name: "Wikigate", ArticlePath: "/wiki/$1"}}
	b := builder{builtIn: builtIn, local: local, fallbacks: fallbacksByCode(), voices: map[string]*voice{}}
	for code := range builtIn {
		c.add(&b, code)
	}
	for code := range local {
		c.add(&b, code)
	}
	for code := range b.fallbacks {
		c.add(&b, code)
	}
	c.known[keysCode] = Language{code: keysCode, voice: newKeysVoice()}
	return c, nil
}

func (c *Catalog) add(b *builder, code string) {
	c.known[code] = Language{code: code, voice: b.voice(code)}
}

// WithSite is the catalog for a site.
func (c *Catalog) WithSite(s Site) *Catalog {
	return &Catalog{known: c.known, site: &s}
}

// Language is the language of a code, in whatever case. One without texts
// speaks that of its fallbacks, in the end English; a code that can be none is
// English.
func (c *Catalog) Language(code string) Language {
	l, ok := c.known[code]
	if !ok {
		l = c.distant(code)
	}
	l.site = c.site
	return l
}

// distant is the language of a code that is not known as it is written.
func (c *Catalog) distant(code string) Language {
	if !ValidCode(code) {
		return c.known["en"]
	}
	code = canonicalCode(code)
	for rest := code; ; {
		if l, ok := c.known[rest]; ok && (rest == code || rest != keysCode) {
			l.code = code
			return l
		}
		end := strings.LastIndexByte(rest, '-')
		if end < 0 {
			return Language{code: code, voice: c.known["en"].voice}
		}
		rest = rest[:end]
	}
}

// Has reports whether there is a text for the key.
func (c *Catalog) Has(key string) bool { return c.known["en"].Has(key) }

// Plain is the message in English; see Language.Plain.
func (c *Catalog) Plain(m Message) string { return c.Language("en").BuiltIn().Plain(m) }

// Markup is the message in English; see Language.Markup.
func (c *Catalog) Markup(m Message) string { return c.Language("en").BuiltIn().Markup(m) }

// HTML is the message in English; see Language.HTML.
func (c *Catalog) HTML(m Message) string { return c.Language("en").BuiltIn().HTML(m) }

// builder makes the voices of a catalog. Languages that fall back on the same
// texts share one.
type builder struct {
	builtIn, local sources
	fallbacks      map[string]string
	voices         map[string]*voice // by the codes whose texts they speak
}

func (b *builder) voice(code string) *voice {
	chain := b.chain(code)
	id := strings.Join(chain, " ")
	if v := b.voices[id]; v != nil {
		return v
	}
	builtIn, local := map[string]*text{}, map[string]*text{}
	changed := false
	for i := len(chain) - 1; i >= 0; i-- {
		own, theirs := b.builtIn[chain[i]], b.local[chain[i]]
		maps.Copy(builtIn, theirs)
		maps.Copy(builtIn, own)
		maps.Copy(local, own)
		maps.Copy(local, theirs)
		changed = changed || len(own) > 0 && len(theirs) > 0
	}
	v := newVoice(chain[0], local)
	if changed {
		v.builtIn = newVoice(chain[0], builtIn)
	}
	b.voices[id] = v
	return v
}

// chain are the languages with texts whose texts a language takes, the nearest
// first.
func (b *builder) chain(code string) []string {
	var chain []string
	for c := range strings.FieldsSeq(code + " " + b.fallbacks[code] + " en") {
		if len(b.builtIn[c])+len(b.local[c]) > 0 && !slices.Contains(chain, c) {
			chain = append(chain, c)
		}
	}
	return chain
}
