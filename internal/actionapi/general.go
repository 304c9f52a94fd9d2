package actionapi

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/message"
)

// generalParams are those of every request, in MediaWiki's order. The values
// of action and format are filled in by New.
func generalParams(actions, formats []string) []Param {
	return []Param{
		{Name: "action", Type: Enum, Values: actions, Default: "help", HasDefault: true},
		{Name: "format", Type: Enum, Values: formats, Default: "jsonfm", HasDefault: true},
		{Name: "maxlag", Type: Integer},
		{Name: "smaxage", Type: Integer, Default: "0", HasDefault: true},
		{Name: "maxage", Type: Integer, Default: "0", HasDefault: true},
		{Name: "assert", Type: Enum, Values: []string{"anon", "user", "bot"}},
		{Name: "assertuser", Type: User, Subtypes: []string{"name"}},
		{Name: "requestid", Type: String},
		{Name: "servedby", Type: Boolean},
		{Name: "curtimestamp", Type: Boolean},
		{Name: "responselanginfo", Type: Boolean},
		{Name: "origin", Type: String},
		{Name: "uselang", Type: String, Default: "user", HasDefault: true},
		{Name: "variant", Type: String},
		{Name: "errorformat", Type: Enum, Values: errorFormats, Default: "bc", HasDefault: true},
		{Name: "errorlang", Type: String, Default: "uselang", HasDefault: true},
		{Name: "errorsuselocal", Type: Boolean},
	}
}

// echo puts what the client asked back at the front of the result. It reads
// raw values, since an answer to bad parameters carries them as well. An error
// names the host even if nobody asked.
func (r *Request) echo() {
	root := r.tree.Root()
	if id, ok := r.peek("requestid"); ok {
		root.String("requestid", id)
	}
	if _, ok := r.peek("servedby"); (ok || r.failed) && r.engine.cfg.HostName != "" {
		root.String("servedby", r.engine.cfg.HostName)
	}
	if _, ok := r.peek("curtimestamp"); ok {
		root.String("curtimestamp", r.now.UTC().Format(time.RFC3339))
	}
	if _, ok := r.peek("responselanginfo"); ok {
		root.String("uselang", r.errors.uselang.Code())
		root.String("errorlang", r.errors.lang.Code())
	}
}

// peek reads a general parameter before the parameters are validated.
func (r *Request) peek(name string) (string, bool) {
	raw := r.raw.find("", name)
	if raw == nil || raw.array {
		return "", false
	}
	text, _ := r.raw.clean(raw)
	return text, true
}

// peekRaw is peek for what is looked at as it was sent.
func (r *Request) peekRaw(name string) (string, bool) {
	raw := r.raw.find("", name)
	if raw == nil || raw.array {
		return "", false
	}
	return raw.value, true
}

// assert checks assert and assertuser.
func (r *Request) assert(ctx context.Context) (*Problem, error) {
	if r.main.Given("assert") {
		if p, err := r.assertKind(ctx, r.main.String("assert")); p != nil || err != nil {
			return p, err
		}
	}
	if want := r.main.String("assertuser"); want != "" && want != r.UserName() {
		return NewProblem("apierror-assertnameduserfailed", message.Escaped(want)), nil
	}
	return nil, nil
}

func (r *Request) assertKind(ctx context.Context, kind string) (*Problem, error) {
	switch kind {
	case "anon":
		if r.Registered() {
			return NewProblem("apierror-assertanonfailed"), nil
		}
	case "user":
		if !r.Registered() {
			return NewProblem("apierror-assertuserfailed"), nil
		}
	case "bot":
		bot, err := r.HasRight(ctx, "bot")
		if err != nil {
			return nil, err
		}
		if !bot {
			return NewProblem("apierror-assertbotfailed"), nil
		}
	}
	return nil, nil
}

// databaseLag is what a wiki with a single database reports.
const databaseLag = -1

// maxlag refuses when the database lags more than the client wants.
func (r *Request) maxlag() *Problem {
	if r.module.NoMaxlag || !r.main.Given("maxlag") || r.main.Int("maxlag") >= databaseLag {
		return nil
	}
	r.header.Set("Retry-After", "5")
	r.header.Set("X-Database-Lag", "-1")
	return NewProblem("apierror-maxlag-generic", message.Count(databaseLag)).WithCode("maxlag").
		With("host", "").With("lag", int64(databaseLag)).With("type", "db")
}

// reportUnused warns about parameters that nobody looked up.
func (r *Request) reportUnused() {
	if !r.raw.anyUnused() {
		return
	}
	names, places := r.raw.unused()
	for i, n := range names {
		names[i], _ = clean(n, false)
	}
	r.warn("main", NewProblem("apierror-unrecognizedparams", message.EscapedList(names).At(places), message.Count(int64(len(names)))))
}
