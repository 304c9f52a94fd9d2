package actionapi

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
)

// Request is one request and the answer in the making. It belongs to one
// goroutine and is used again for another request afterwards: modules must not
// keep it.
type Request struct {
	engine *Engine
	http   *http.Request
	client Client
	now    time.Time

	raw       rawParams
	noType    bool // a POST without a Content-Type
	session   session.Session
	untrusted bool // no same-origin protection: the user counts as nobody

	tree   format.Tree
	errors errorStyle
	status int
	codes  string // for the header MediaWiki-API-Error
	failed bool
	// validated is set when the module's own parameters and token are good.
	validated bool

	main       Args
	module     *Module
	format     *Format
	fmtArgs    Args
	caching    Caching
	helped     bool // the general notice about deprecations was given
	varyOrigin bool // the answer depends on the header Origin
	written    []writtenProblem
	account    account.Account
	loaded     bool
	sent       []sentValue // room for the parameters of all modules
	sentEnd    int
	header     http.Header
	body       []byte
	callback   string // of JSONP, when wrapped
	wrapped    bool
	page       Page // instead of the result
	token      [64]byte
}

// Client is what the edge knows about who sends a request.
type Client struct {
	Address   netip.Addr
	HTTPS     bool
	RequestID string // 24 hexadecimal digits
}

// Now is the time of the request, the same throughout.
func (r *Request) Now() time.Time { return r.now }

// Client is who sends the request.
func (r *Request) Client() Client { return r.client }

// Origin is who sends the request, for the audit trail.
func (r *Request) Origin() audit.Origin {
	return audit.Origin{Request: r.client.RequestID, Address: r.client.Address, Client: r.agent()}
}

// agent is what the client calls itself.
func (r *Request) agent() string {
	if a := r.http.Header["User-Agent"]; len(a) > 0 {
		return a[0]
	}
	return ""
}

// Header is a header of the request.
func (r *Request) Header(name string) string { return r.http.Header.Get(name) }

// Session is the session that the cookies select. When the request is
// Untrusted its user is not the request's.
func (r *Request) Session() *session.Session { return &r.session }

// Untrusted reports whether the request lacks the protection of the
// same-origin policy, so that another site may read the answer.
func (r *Request) Untrusted() bool { return r.untrusted }

// Result is the root of the answer.
func (r *Request) Result() format.Ref { return r.tree.Root() }

// Registered reports whether the request's user has an account.
func (r *Request) Registered() bool { return r.UserID() != 0 }

// UserID is the account of the request's user, 0 for nobody.
func (r *Request) UserID() account.ID {
	if r.untrusted {
		return 0
	}
	return r.session.User().ID
}

// UserName is the canonical name of the request's user; that of nobody is the
// client's address.
func (r *Request) UserName() string {
	if r.UserID() == 0 {
		return addressName(r.client.Address)
	}
	return r.session.User().Name
}

// addressName writes an address as MediaWiki names anonymous users (MediaWiki:
// IPUtils::sanitizeIP): IPv6 in eight upper-case groups without leading zeros.
func addressName(a netip.Addr) string {
	a = a.Unmap()
	if a.Is4() {
		return a.String()
	}
	raw := a.As16()
	var b []byte
	for i := 0; i < len(raw); i += 2 {
		if i > 0 {
			b = append(b, ':')
		}
		b = strconv.AppendUint(b, uint64(raw[i])<<8|uint64(raw[i+1]), 16)
	}
	return strings.ToUpper(string(b))
}

// Account reads the account of the request's user, once per request. found is
// false for nobody.
func (r *Request) Account(ctx context.Context) (a *account.Account, found bool, err error) {
	id := r.UserID()
	if id == 0 {
		return nil, false, nil
	}
	if !r.loaded {
		acct, found, err := r.engine.deps.Accounts.ByID(ctx, id)
		if err != nil || !found {
			return nil, false, err
		}
		r.account, r.loaded = acct, true
	}
	return &r.account, true, nil
}

// Groups are the groups of the request's user, explicit ones first.
func (r *Request) Groups(ctx context.Context) ([]string, error) {
	a, found, err := r.Account(ctx)
	if err != nil || !found {
		return grant.Effective(nil, false), err
	}
	return grant.Effective(a.ExplicitGroups(r.now), true), nil
}

// limits are the grants that cut the user's rights in this session. They cut
// those of nobody as well, when the request is untrusted.
func (r *Request) limits() (grants []string, limited bool) {
	if bot := r.session.Bot(); bot != nil {
		return bot.Grants, true
	}
	return nil, false
}

// Rights are the effective rights of the request's user in this session.
func (r *Request) Rights(ctx context.Context) ([]string, error) {
	groups, err := r.Groups(ctx)
	if err != nil {
		return nil, err
	}
	return r.RightsOf(groups), nil
}

// RightsOf are the rights of a user in the groups, as this session sees them:
// grants that limit it cut everybody's rights (MediaWiki:
// PermissionManager::getUserPermissions).
func (r *Request) RightsOf(groups []string) []string {
	rights := r.engine.deps.Permissions.Rights(groups)
	if grants, limited := r.limits(); limited {
		rights = r.engine.deps.Permissions.Cut(rights, grants)
	}
	return rights
}

// HasRight reports whether the request's user has a right in this session. It
// reads the account only when the implicit groups do not give the right.
func (r *Request) HasRight(ctx context.Context, right string) (bool, error) {
	grants, limited := r.limits()
	p := r.engine.deps.Permissions
	if p.Has(everyone, grants, limited, right) {
		return true, nil
	}
	if !r.Registered() {
		return false, nil
	}
	groups, err := r.Groups(ctx)
	if err != nil {
		return false, err
	}
	return p.Has(groups, grants, limited, right), nil
}

var everyone = []string{"*"}

// Token makes a token of the request's session, or the constant one of nobody.
func (r *Request) Token(t token.Type) (string, error) {
	if t.Secret == token.SecretDefault && !r.Registered() {
		return token.Anonymous, nil
	}
	r.session.HandOut(t.Secret)
	text, ok := r.engine.deps.Tokens.Append(r.token[:0], r.session.Binding(), t, r.now)
	if !ok {
		return "", errKeyGone
	}
	return string(text), nil
}

// CheckToken reports whether text is a token of the type for this request.
func (r *Request) CheckToken(t token.Type, text string) bool {
	if t.Secret == token.SecretDefault && !r.Registered() {
		return text == token.Anonymous
	}
	return r.engine.deps.Tokens.Check(r.session.Binding(), t, text)
}

// keptBody is the largest buffer, in bytes, that waits for another answer.
const keptBody = 64 << 10

// reset makes the request ready for the next use and keeps its memory.
func (r *Request) reset() {
	clear(r.sent[:r.sentEnd])
	clear(r.raw.list)
	engine, raw, sent, body, tree := r.engine, r.raw.list[:0], r.sent, r.body[:0], r.tree
	*r = Request{} // and then in place: a Request is too large to be copied about
	if cap(body) > keptBody {
		body = nil
	}
	r.engine, r.sent, r.body, r.tree = engine, sent, body, tree
	r.raw = rawParams{list: raw, max: engine.cfg.MaxParameters}
	r.tree.Reset()
	r.status = http.StatusOK
}
