package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	crashFactors = 2 // accounts with a second factor, new ones per round
	crashReplays = 3 // of used codes, per account, so that no limit hides what they do
)

// heldFactor is an account with a second factor.
type heldFactor struct {
	name, password string
	codes          []*heldCode
	replayed       int
}

// heldCode is a code that works once, with what is known of it.
type heldCode struct {
	text    string
	sent    bool // by anybody
	counted int  // logins that it was acknowledged to
}

// heldLogin is a login whose first step was acknowledged.
type heldLogin struct {
	client *client
	owner  *heldFactor
	sent   *heldCode // in a step that was not acknowledged; nil: there was none
	over   bool      // the step was acknowledged
}

// unsent takes a code that nobody has sent yet; nil when there is none left.
func (f *heldFactor) unsent() *heldCode {
	at := slices.IndexFunc(f.codes, func(c *heldCode) bool { return !c.sent })
	if at < 0 {
		return nil
	}
	f.codes[at].sent = true
	return f.codes[at]
}

// newFactors makes the accounts with second factors that the next round uses.
func (l *ledger) newFactors(w *world, round int) {
	l.factors, l.logins = nil, nil
	for i := range crashFactors {
		f := &heldFactor{name: fmt.Sprintf("Factor%d-%d", round, i), password: fmt.Sprintf("password-of-Factor-%d-%d", round, i)}
		w.account(f.name, f.password)
		var made struct {
			RecoveryCodes []string `json:"recovery_codes"`
		}
		if err := json.Unmarshal([]byte(w.mustRun("twofactor", "add", f.name, "--json")), &made); err != nil || len(made.RecoveryCodes) < 8 {
			w.t.Fatalf("twofactor add: %d codes, %v", len(made.RecoveryCodes), err)
		}
		for _, code := range made.RecoveryCodes {
			w.secrets.keep("a recovery code", code)
			f.codes = append(f.codes, &heldCode{text: code})
		}
		l.factors = append(l.factors, f)
	}
}

// stepsStep begins a login with a second factor, or takes the second step of one
// that waits; one at least is left waiting.
func (w *worker) stepsStep() error {
	l := w.ledger
	l.mu.Lock()
	f := l.factors[w.rng.IntN(len(l.factors))]
	waiting := l.waiting(f)
	var h *heldLogin
	var code *heldCode
	if len(waiting) > 1 && w.rng.IntN(4) > 0 && !f.keepsTwo() {
		h, code = waiting[0], f.unsent()
		h.sent = code
	}
	l.mu.Unlock()
	if code == nil {
		return w.beginSteps(f)
	}
	status, message, err := h.client.tryStep(fields{"logincontinue": "1", "OATHToken": code.text})
	if err != nil {
		return err
	}
	if status != "PASS" {
		return fmt.Errorf("the second step of %s: %s %s", f.name, status, message)
	}
	l.mu.Lock()
	code.counted++
	h.over = true
	l.mu.Unlock()
	w.hold(&held{client: h.client, user: f.name, fate: alive})
	w.stepped.Add(1)
	return nil
}

// waiting are the logins of which no second step was sent.
func (l *ledger) waiting(f *heldFactor) (list []*heldLogin) {
	for _, h := range l.logins {
		if h.owner == f && h.sent == nil && !h.over {
			list = append(list, h)
		}
	}
	return list
}

// keepsTwo leaves codes for what waits when the server is killed.
func (f *heldFactor) keepsTwo() bool {
	left := 0
	for _, c := range f.codes {
		if !c.sent {
			left++
		}
	}
	return left <= 2
}

func (w *worker) beginSteps(f *heldFactor) error {
	c := w.newClient()
	status, message, err := c.tryBegin(f)
	if err != nil {
		return err
	}
	if status != "UI" {
		return fmt.Errorf("the first step of %s: %s %s", f.name, status, message)
	}
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	w.ledger.logins = append(w.ledger.logins, &heldLogin{client: c, owner: f})
	return nil
}

// checkSteps looks at the logins that were under way: what waited goes on or is
// over, no code counts twice, and nobody is logged in by a step alone.
func (l *ledger) checkSteps(w *world, round int) {
	for i, h := range l.logins {
		if h.over {
			continue // its session is looked at with the others
		}
		c := w.client()
		c.header, c.cookies = h.client.header, maps.Clone(h.client.cookies)
		if got := c.who(); got != "" {
			w.t.Errorf("round %d: login %d of %s took one step, and %s is logged in", round+1, i, h.owner.name, got)
		}
		code := h.sent
		if code == nil {
			code = h.owner.unsent()
		}
		if code == nil {
			continue
		}
		l.goOn(w, c, h, code)
	}
	for _, f := range l.factors {
		l.replay(w, f)
	}
}

// goOn takes the second step after the crash. It may not be taken any more when
// it was under way.
func (l *ledger) goOn(w *world, c *client, h *heldLogin, code *heldCode) {
	status, message, err := c.tryStep(fields{"logincontinue": "1", "OATHToken": code.text})
	user := c.who()
	switch {
	case err != nil:
		w.t.Error(err)
	case status == "PASS" && user == h.owner.name:
		code.counted++
		l.wentOn++
	case user != "":
		w.t.Errorf("%s %s, and %s is logged in", status, message, user)
	case status == "FAIL" && message == "authmanager-authn-not-in-progress" && h.sent != nil:
		l.lost++
	case status == "UI" && message == "oathauth-login-failed" && h.sent != nil: // the code was used, and no more
		l.lost++
	default:
		w.t.Errorf("the second step of %s after the crash: %s %s", h.owner.name, status, message)
	}
}

// replay tries some codes that have been sent once more, in logins of their own.
func (l *ledger) replay(w *world, f *heldFactor) {
	for _, code := range f.codes {
		if !code.sent || f.replayed == crashReplays && code.counted == 1 {
			continue
		}
		f.replayed += min(code.counted, 1)
		c := w.client()
		c.header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", 250+f.replayed))
		if status, message, err := c.tryBegin(f); err != nil || status != "UI" {
			w.t.Errorf("the first step of %s after the crash: %s %s, %v", f.name, status, message, err)
			continue
		}
		status, message, err := c.tryStep(fields{"logincontinue": "1", "OATHToken": code.text})
		if status == "PASS" {
			code.counted++
		} else if err != nil || message != "oathauth-login-failed" {
			w.t.Errorf("a code once more: %s %s, %v", status, message, err)
		}
		if code.counted > 1 {
			w.t.Errorf("a code of %s counted %d times", f.name, code.counted)
		}
	}
}

func (c *client) tryBegin(f *heldFactor) (status, message string, err error) {
	return c.tryStep(fields{"username": f.name, "password": f.password, "loginreturnurl": "http://client.test/"})
}

// tryStep takes a step of a clientlogin without ending the test.
func (c *client) tryStep(form fields) (status, message string, err error) {
	token, err := c.tryToken("login")
	if err != nil {
		return "", "", err
	}
	form["logintoken"] = token
	r, err := c.tryPost(fields{"action": "clientlogin"}, form)
	if err != nil {
		return "", "", err
	}
	var a struct {
		ClientLogin struct{ Status, MessageCode string }
	}
	if err := json.Unmarshal([]byte(r.body), &a); err != nil || a.ClientLogin.Status == "" {
		return "", "", fmt.Errorf("clientlogin: status %d, %s", r.status, strings.TrimSpace(r.body))
	}
	return a.ClientLogin.Status, a.ClientLogin.MessageCode, nil
}
