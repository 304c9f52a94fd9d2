package modules

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

// costs counts what a request does.
type costs map[string]int

// String is the costs in the order of their names.
func (c costs) String() string {
	s := fmt.Sprint(map[string]int(c)) // sorted
	return strings.TrimSuffix(strings.TrimPrefix(s, "map["), "]")
}

type countedHasher struct {
	credential.Hasher
	c costs
}

func (h countedHasher) Hash(ctx context.Context, p secret.Secret) (string, error) {
	h.c["hash"]++
	return h.Hasher.Hash(ctx, p)
}

func (h countedHasher) VerifySlowly(ctx context.Context, hash string, p secret.Secret) (bool, bool, error) {
	h.c["hash"]++
	return h.Hasher.VerifySlowly(ctx, hash, p)
}

func (h countedHasher) VerifyNothing(ctx context.Context, p secret.Secret) error {
	h.c["hash"]++
	return h.Hasher.VerifyNothing(ctx, p)
}

type countedCredentials struct {
	credential.Store
	c costs
}

func (s countedCredentials) Password(ctx context.Context, n username.Name) (credential.Row, bool, error) {
	s.c["account"]++
	return s.Store.Password(ctx, n)
}

func (s countedCredentials) Replace(ctx context.Context, r credential.Replacement, events ...audit.Event) error {
	s.c["password"]++
	return s.Store.Replace(ctx, r, events...)
}

// countedReads are reads of whole accounts.
type countedReads struct {
	account.Store
	c costs
}

func (s countedReads) ByID(ctx context.Context, id account.ID) (account.Account, bool, error) {
	s.c["account"]++
	return s.Store.ByID(ctx, id)
}

type countedAttempts struct {
	throttle.Store
	c costs
}

func (s countedAttempts) Take(ctx context.Context, b []throttle.Bucket, now time.Time) (int, error) {
	s.c["throttle"]++
	return s.Store.Take(ctx, b, now)
}

func (s countedAttempts) Settle(ctx context.Context, forget, giveBack []string) error {
	s.c["throttle, later"]++ // nobody waits for it
	return s.Store.Settle(ctx, forget, giveBack)
}

type countedFlows struct {
	flow.Store
	c     costs
	sizes *[]int
}

func (s countedFlows) Put(ctx context.Context, id flow.ID, data []byte, expires time.Time) error {
	s.c["flow"]++
	*s.sizes = append(*s.sizes, len(data))
	return s.Store.Put(ctx, id, data, expires)
}

func (s countedFlows) Take(ctx context.Context, id flow.ID, h flow.Holder, now time.Time) ([]byte, bool, error) {
	s.c["flow"]++
	return s.Store.Take(ctx, id, h, now)
}

func (s countedFlows) Return(ctx context.Context, id flow.ID, h flow.Holder, data []byte, expires time.Time) (bool, error) {
	s.c["flow"]++
	*s.sizes = append(*s.sizes, len(data))
	return s.Store.Return(ctx, id, h, data, expires)
}

func (s countedFlows) Delete(ctx context.Context, id flow.ID) error {
	s.c["flow"]++
	return s.Store.Delete(ctx, id)
}

type countedSessions struct {
	session.Store
	c costs
}

func (s countedSessions) Get(ctx context.Context, id session.ID, now time.Time) (session.Row, session.Owner, bool, error) {
	s.c["session read"]++
	return s.Store.Get(ctx, id, now)
}

func (s countedSessions) Rotate(ctx context.Context, old session.ID, next session.Row, spent []session.Row, events ...audit.Event) error {
	s.c["session write"]++
	return s.Store.Rotate(ctx, old, next, spent, events...)
}

// What a login costs: one computation of the slow hash, one counted attempt,
// one read of the account and one write of the session, and none of the first
// for a later step.
func TestWhatALoginCosts(t *testing.T) {
	c, sizes := costs{}, []int{}
	r := newRig(t, func(o *rigOptions) {
		o.Policy = policy.Rules{Groups: map[string]policy.Policy{"bot": {MinLength: 40}}, OnLogin: policy.Force}
		o.SessionStore = func(s session.Store) session.Store { return countedSessions{s, c} }
	})
	r.Credentials.Hasher = countedHasher{r.Credentials.Hasher, c}
	r.Credentials.Store = countedCredentials{r.Credentials.Store, c}
	r.Accounts.Store = countedReads{r.Accounts.Store, c}
	r.Logins.Accounts = countedReads{r.Store.Accounts(), c}
	r.Attempts.Store = countedAttempts{r.Attempts.Store, c}
	r.Logins.Flows.Store = countedFlows{r.Logins.Flows.Store, c, &sizes}
	begin := func(user, password string) url.Values {
		return url.Values{"username": {user}, "password": {password}, "loginreturnurl": {"https://www.wikipedia.org/"}, "rememberMe": {"1"}}
	}
	long := strings.Repeat("long enough ", 5)
	cl := r.client(t)
	for _, step := range []struct {
		name string
		form url.Values
		want string
	}{
		{"right", begin("Alice", alicePassword), "account:1 hash:1 session read:1 session write:1 throttle:1 throttle, later:1"},
		{"wrong", begin("Alice", "wrong"), "account:1 flow:1 hash:1 session read:1 throttle:1"},
		{"unknown name", begin("Nobody here", "wrong"), "account:1 flow:1 hash:1 throttle:1"},
		{"no name", url.Values{"loginreturnurl": {"https://x/"}}, "flow:1 throttle:1"},
		{"needs another password", begin("BotUser", botUserPassword), "account:1 flow:1 hash:1 throttle:1"},
		{"a step in vain", url.Values{"logincontinue": {"1"}, "password": {"a"}, "retype": {"b"}}, "account:1 flow:2"},
		{"the last step", url.Values{"logincontinue": {"1"}, "password": {long}, "retype": {long}},
			"account:1 flow:1 hash:1 password:1 session write:1 throttle, later:1"},
		{"a step of nothing", url.Values{"logincontinue": {"1"}}, "flow:1 session read:1"},
	} {
		token := cl.token("login")
		clear(c)
		step.form.Set("action", "clientlogin")
		step.form.Set("logintoken", token)
		a := cl.post(step.form)
		if got := c.String(); got != step.want {
			t.Errorf("%s: %s, want %s; %s", step.name, got, step.want, a.Body)
		}
	}
	for _, size := range sizes {
		if size > 1000 {
			t.Errorf("a login that waits takes %d bytes", size)
		}
	}
	if len(sizes) == 0 {
		t.Error("no login has waited")
	}
}
