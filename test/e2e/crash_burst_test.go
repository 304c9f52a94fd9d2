package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wikigate/wikigate/internal/testserver"
)

// fate is what has been acknowledged about a session.
type fate string

const (
	alive     fate = "alive"
	loggedOut fate = "logged out"
	ended     fate = "ended by an operator"
	unclear   fate = "unclear" // something was asked for and not acknowledged
)

// held is a session that was acknowledged to a client.
type held struct {
	client  *client
	cookies map[string]string // as they were acknowledged
	user    string
	bot     *heldBot // nil: a main account's
	fate    fate
}

// expected is whom the session must belong to now. wanted is false when
// nothing is certain.
func (s *held) expected() (user string, wanted bool) {
	switch {
	case s.fate == loggedOut, s.fate == ended, s.bot != nil && s.bot.revoked:
		return "", true
	case s.fate == alive && (s.bot == nil || !s.bot.revoking):
		return s.user, true
	}
	return "", false
}

func (s *held) label() string {
	if s.bot == nil {
		return s.user
	}
	return s.bot.login
}

// heldBot is a bot password with what operators have asked for.
type heldBot struct {
	bot
	begun, running int  // commands that end sessions of it
	revoking       bool // asked for
	revoked        bool // acknowledged
}

// ledger is what the clients and operators know. The bursts fill it.
type ledger struct {
	mu       sync.Mutex
	sessions []*held
	bots     []*heldBot
	current  []*heldBot // those that this round may use

	factors      []*heldFactor // of this round
	logins       []*heldLogin  // of this round
	wentOn, lost int           // logins in steps that were under way in crashes
}

// burst is the workers of one round.
type burst struct {
	w      *world
	ledger *ledger
	killed atomic.Bool
	done   sync.WaitGroup

	acts, revoked, ended, stepped atomic.Int64 // acknowledged
}

// worker does one random step after the other until the server is killed.
type worker struct {
	*burst
	rng *rand.Rand
	own []*held
}

func (b *burst) run(number int, seed uint64, step func(*worker) error) {
	w := &worker{burst: b, rng: rand.New(rand.NewPCG(seed, 1))}
	b.done.Go(func() {
		for !b.killed.Load() {
			if err := step(w); err != nil {
				if !b.killed.Load() {
					b.w.t.Errorf("worker %d: %v", number, err)
				}
				return
			}
			b.acts.Add(1)
		}
	})
}

// step logs a bot in, logs one out, or uses a session.
func (w *worker) step() error {
	n := w.rng.IntN(10)
	if n < 6 || len(w.own) == 0 {
		return w.loginBot()
	}
	s := w.own[w.rng.IntN(len(w.own))]
	if n < 8 {
		return w.logout(s)
	}
	_, err := s.client.tryWho()
	return err
}

// mainStep does the same with main accounts.
func (w *worker) mainStep() error {
	if len(w.own) > 0 && w.rng.IntN(3) == 0 {
		return w.logout(w.own[w.rng.IntN(len(w.own))])
	}
	i := w.rng.IntN(crashOwners)
	c := w.newClient()
	result, err := c.tryLogin(ownerName(i), ownerPassword(i))
	if err != nil {
		return err
	}
	if result != "Success" {
		return fmt.Errorf("login of %s: %s", ownerName(i), result)
	}
	delete(c.cookies, cookieToken) // it would revive a session that is gone
	w.hold(&held{client: c, user: ownerName(i), fate: alive})
	return nil
}

// newClient has an address of its own, so that the attempts of others, some of
// them in vain, do not count against it.
func (w *worker) newClient() *client {
	c := w.w.client()
	n := w.rng.Uint32()
	c.header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", byte(n), byte(n>>8), byte(n>>16)))
	return c
}

func (w *worker) hold(s *held) {
	s.cookies = maps.Clone(s.client.cookies)
	w.own = append(w.own, s)
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	w.ledger.sessions = append(w.ledger.sessions, s)
}

func (w *worker) loginBot() error {
	l := w.ledger
	b := l.current[w.rng.IntN(len(l.current))]
	l.mu.Lock()
	begun, quiet, revoked := b.begun, b.running == 0, b.revoked
	l.mu.Unlock()
	c := w.newClient()
	result, err := c.tryLogin(b.login, b.secret)
	if err != nil {
		return err
	}
	l.mu.Lock()
	undisturbed := quiet && b.begun == begun
	l.mu.Unlock()
	switch {
	case revoked && result == "Success":
		return fmt.Errorf("%s logs in after its revocation", b.login)
	case result == "Success" && undisturbed:
		w.hold(&held{client: c, user: b.owner, bot: b, fate: alive})
	case result == "Success":
		w.hold(&held{client: c, user: b.owner, bot: b, fate: unclear})
	case undisturbed && !revoked:
		return fmt.Errorf("%s does not log in: %s", b.login, result)
	}
	return nil
}

func (w *worker) logout(s *held) error {
	w.setFate(s, unclear)
	code, err := s.client.tryLogout()
	if err != nil {
		return err
	}
	if code == "" {
		w.setFate(s, loggedOut)
	}
	return nil
}

func (w *worker) setFate(s *held, f fate) {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	if s.fate == alive || s.fate == unclear {
		s.fate = f
	}
}

// operatorStep revokes a bot password or ends its sessions, in a process of
// its own. A part of the bot passwords of a round stays untouched.
func (w *worker) operatorStep() error {
	l := w.ledger
	if w.rng.IntN(5) < 2 {
		// The sessions of one bot password are ended again and again.
		return w.endSessions(l.current[len(l.current)-1])
	}
	l.mu.Lock()
	i := slices.IndexFunc(l.current[:len(l.current)/2], func(b *heldBot) bool { return !b.revoking })
	if i < 0 {
		l.mu.Unlock()
		return w.endSessions(l.current[len(l.current)-1])
	}
	b := l.current[i]
	b.revoking, b.begun, b.running = true, b.begun+1, b.running+1
	l.mu.Unlock()
	o := testserver.Run(w.w.t, "", "botpassword", "revoke", b.owner, b.app, "--data", w.w.Dir)
	l.mu.Lock()
	defer l.mu.Unlock()
	b.running--
	b.revoked = o.Code == 0
	if !b.revoked {
		return fmt.Errorf("revoking %s: exit code %d: %s", b.login, o.Code, o.Stderr)
	}
	w.revoked.Add(1)
	return nil
}

func (w *worker) endSessions(b *heldBot) error {
	l := w.ledger
	var mine []*held
	l.mu.Lock()
	b.begun, b.running = b.begun+1, b.running+1
	for _, s := range l.sessions {
		if s.bot == b && (s.fate == alive || s.fate == unclear) {
			s.fate = unclear
			mine = append(mine, s)
		}
	}
	l.mu.Unlock()
	o := testserver.Run(w.w.t, "", "session", "end", "--account", b.owner, "--app", b.app, "--data", w.w.Dir)
	l.mu.Lock()
	defer l.mu.Unlock()
	b.running--
	if o.Code != 0 {
		return fmt.Errorf("ending the sessions of %s: exit code %d: %s", b.login, o.Code, o.Stderr)
	}
	for _, s := range mine {
		s.fate = ended
	}
	w.ended.Add(1)
	return nil
}

// tryLogin, tryLogout and tryWho fail without ending the test.
func (c *client) tryLogin(name, password string) (result string, err error) {
	token, err := c.tryToken("login")
	if err != nil {
		return "", err
	}
	r, err := c.tryPost(fields{"action": "login"}, fields{"lgname": name, "lgpassword": password, "lgtoken": token})
	if err != nil {
		return "", err
	}
	a, err := r.tryDecode()
	if err == nil && a.Login.Result == "" {
		err = fmt.Errorf("login: %s", r.body)
	}
	return a.Login.Result, err
}

func (c *client) tryLogout() (code string, err error) {
	token, err := c.tryToken("csrf")
	if err != nil {
		return "", err
	}
	r, err := c.tryPost(fields{"action": "logout"}, fields{"token": token})
	if err != nil {
		return "", err
	}
	a, err := r.tryDecode()
	if err == nil && strings.HasPrefix(a.Error.Code, "internal_") {
		err = fmt.Errorf("logout: %s", r.body)
	}
	return a.Error.Code, err
}

func (c *client) tryToken(kind string) (string, error) {
	r, err := c.send("GET", withFormat(fields{"action": "query", "meta": "tokens", "type": kind}), "")
	if err != nil {
		return "", err
	}
	a, err := r.tryDecode()
	token := a.Query.Tokens[kind+"token"]
	if err == nil && token == "" {
		err = fmt.Errorf("no token: %s", r.body)
	}
	return token, err
}

func (c *client) tryWho() (string, error) {
	r, err := c.send("GET", withFormat(fields{"action": "query", "meta": "userinfo"}), "")
	if err != nil {
		return "", err
	}
	return userIn(r)
}

func (r reply) tryDecode() (a answer, err error) {
	if err = json.Unmarshal([]byte(r.body), &a); err != nil {
		err = fmt.Errorf("no answer of the API: status %d, %.300q: %w", r.status, r.body, err)
	}
	return a, err
}
