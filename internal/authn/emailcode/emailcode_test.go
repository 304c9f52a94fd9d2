package emailcode_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/authn/emailcode"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/mail"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const (
	home      = "192.0.2.7"
	elsewhere = "198.51.100.7"
)

type letter struct{ to, subject, body string }

// box is a mailer that keeps everything.
type box struct {
	letters []letter
	full    bool
}

func (b *box) Usable(address string) bool { return mail.Usable(address) }

func (b *box) Send(to, subject, body string) bool {
	if !b.full {
		b.letters = append(b.letters, letter{to, subject, body})
	}
	return !b.full
}

type rig struct {
	*testing.T
	emailcode.Provider
	*box
	clock *clock.Settable
	store *memory.Store
	anna  account.Account
}

func newRig(t *testing.T, email string) *rig {
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := message.Load("")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{T: t, box: &box{}, clock: clock.NewSettable(start), store: memory.New()}
	r.anna, err = r.store.Accounts().Create(t.Context(), account.New{Name: username.FromStore("Anna"), Email: email, Token: secret.New(secret.Hex32())})
	if err != nil {
		t.Fatal(err)
	}
	r.Provider = emailcode.Provider{
		Mails:     r.box,
		Places:    &place.Book{Store: r.store.Places(), Ring: ring, Lifetime: 90 * 24 * time.Hour},
		Counters:  &throttle.Throttle{Store: r.store.Throttle(), Clock: r.clock},
		Addresses: r.store.Lifecycle(), Language: texts.Language("en"), Site: "Our Wiki",
	}
	return r
}

// login begins a login of Anna from an address.
func (r *rig) login(from string, want authn.Status) *authn.Attempt {
	r.Helper()
	a := &authn.Attempt{Now: r.clock.Now(), Address: netip.MustParseAddr(from), Account: r.anna, Notes: map[string]string{}}
	res, err := r.Begin(r.Context(), a)
	if err != nil || res.Status != want {
		r.Fatalf("a login from %s gave %v, %v, want %v", from, res, err, want)
	}
	return a
}

// answer continues a login, as if it had been stored meanwhile.
func (r *rig) answer(a *authn.Attempt, text string, want authn.Status, key string) {
	r.Helper()
	requests, err := r.Asks(r.Context(), a)
	if err != nil {
		r.Fatal(err)
	}
	a.Now, a.Answers = r.clock.Now(), authn.Load(requests, authn.Given{"token": text})
	res, err := r.Continue(r.Context(), a)
	if err != nil || res.Status != want || res.Message.Key != key {
		r.Fatalf("%q gave %v, %v, want %v %s", text, res, err, want, key)
	}
}

var sixDigits = regexp.MustCompile(`(?m)^ {4}([0-9]{6})$`)

// sent is the code of the last mail, of n in all.
func (r *rig) sent(n int) string {
	r.Helper()
	if len(r.letters) != n {
		r.Fatalf("%d mails were sent, want %d", len(r.letters), n)
	}
	m := sixDigits.FindStringSubmatch(r.letters[n-1].body)
	if m == nil {
		r.Fatalf("no code in %q", r.letters[n-1].body)
	}
	return m[1]
}

// not is another code.
func not(code string) string {
	if code == "123456" {
		return "654321"
	}
	return "123456"
}

const (
	failure = "emailauth-login-failure"
	limit   = "emailauth-login-retry-limit"
	lost    = "authmanager-authn-not-in-progress"
	tooMany = "login-throttled"
)

func TestALoginFromANewPlaceNeedsTheCode(t *testing.T) {
	r := newRig(t, "anna@home.example")
	a := r.login(home, authn.UI)
	code := r.sent(1)
	r.answer(a, not(code), authn.UI, failure)
	r.answer(a, " "+code[:3]+" "+code[3:]+"\n", authn.Pass, "")
	if err := r.Finished(t.Context(), a, authn.Response{Status: authn.Pass}); err != nil {
		t.Fatal(err)
	}
	r.login("192.0.2.200", authn.Abstain)
	r.login(elsewhere, authn.UI)
	r.sent(2)
	r.clock.Advance(90 * 24 * time.Hour)
	r.login(home, authn.UI)
}

// A login that fails, or waits, makes no place known.
func TestOnlyAFinishedLoginMakesAPlaceKnown(t *testing.T) {
	r := newRig(t, "anna@home.example")
	a := r.login(home, authn.UI)
	if err := r.Finished(t.Context(), a, authn.Response{Status: authn.Fail}); err != nil {
		t.Fatal(err)
	}
	r.login(home, authn.UI)
}

func TestWhoIsNotAsked(t *testing.T) {
	for what, change := range map[string]func(r *rig){
		"no address":          func(r *rig) { r.anna.Email = "" },
		"an unusable address": func(r *rig) { r.anna.Email = "anna@home.example, bob@home.example" },
		"a second factor":     func(r *rig) { r.anna.SecondFactor = true },
	} {
		r := newRig(t, "anna@home.example")
		change(r)
		r.login(home, authn.Abstain)
		if len(r.letters) != 0 {
			t.Errorf("%s: a mail was sent", what)
		}
	}
	r := newRig(t, "anna@home.example")
	a := &authn.Attempt{Now: start, Address: netip.MustParseAddr(home), Account: r.anna, SecondFactor: "totp"}
	if res, err := r.Begin(t.Context(), a); err != nil || res.Status != authn.Abstain {
		t.Errorf("after another factor: %v, %v", res, err)
	}
}

// A program that cannot be asked is refused, and costs no mail.
func TestWhoCannotBeAskedGetsNoMail(t *testing.T) {
	r := newRig(t, "anna@home.example")
	a := &authn.Attempt{Now: start, Address: netip.MustParseAddr(home), Account: r.anna, Alone: true, Notes: map[string]string{}}
	if res, err := r.Begin(t.Context(), a); err != nil || res.Status != authn.UI || len(r.letters) != 0 {
		t.Errorf("%v, %v, %d mails", res, err, len(r.letters))
	}
}

// F-21: a code is good for its login, for ten minutes and four answers.
func TestF21_CodesByMailAreForOneLogin(t *testing.T) {
	r := newRig(t, "anna@home.example")
	first := r.login(home, authn.UI)
	code := r.sent(1)
	second, mails := r.login(home, authn.UI), 2
	for code == r.sent(mails) { // the two are the same by chance
		second, mails = r.login(home, authn.UI), mails+1
	}
	r.answer(second, code, authn.UI, failure)
	r.answer(second, r.sent(mails), authn.Pass, "")
	r.answer(second, r.sent(mails), authn.Fail, lost) // once
	for range 3 {
		r.answer(first, not(code), authn.UI, failure)
	}
	r.answer(first, not(code), authn.Fail, limit)
	r.answer(first, code, authn.Fail, lost)

	late := r.login(home, authn.UI)
	r.clock.Advance(emailcode.Lifetime)
	r.answer(late, r.sent(mails+1), authn.Fail, lost)
}

// F-21: guesses count for the account, whatever login and address they come
// from, and before they are looked at.
func TestF21_GuessesCountForTheAccount(t *testing.T) {
	r := newRig(t, "anna@home.example")
	right := r.login(home, authn.UI)
	code := r.sent(1)
	for i := range 10 {
		if i%3 == 0 {
			r.answer(r.login("198.51.100."+string(rune('1'+i/3)), authn.UI), not(r.sent(2+i/3)), authn.UI, failure)
			continue
		}
		a := &authn.Attempt{Now: start, Account: r.anna, Notes: map[string]string{"emailcode": right.Notes["emailcode"]}}
		r.answer(a, not(code), authn.UI, failure)
	}
	r.answer(right, code, authn.Fail, tooMany)
	r.clock.Advance(time.Hour)
	again := r.login(home, authn.UI)
	r.answer(again, r.sent(6), authn.Pass, "")
}

// F-22: nobody is flooded with codes.
func TestF22_MailsWithCodesAreLimited(t *testing.T) {
	r := newRig(t, "anna@home.example")
	for range 5 {
		r.login(home, authn.UI)
	}
	r.login(home, authn.Fail)
	r.login(elsewhere, authn.Fail)
	r.sent(5)
	r.clock.Advance(time.Hour)
	r.login(home, authn.UI)
	for i := range 40 {
		r.anna.Name = username.FromStore("Anna " + strings.Repeat("x", i))
		want := authn.UI
		if i >= 29 {
			want = authn.Fail
		}
		r.login(home, want)
	}
	r.login(elsewhere, authn.UI)
	for i := range 40 {
		r.anna.Name = username.FromStore("Bob " + strings.Repeat("x", i))
		r.login("127.0.0.1", authn.UI)
	}
}

// E-4: without a code that was sent nothing passes, least of all nothing.
func TestE4_BlankAnswersNeverPass(t *testing.T) {
	r := newRig(t, "anna@home.example")
	for _, note := range []string{"", "{}", `{"c":""}`, `{"c":"","u":"2030-01-01T00:00:00Z"}`, `{"c":"      ","u":"2030-01-01T00:00:00Z"}`, "null", "x"} {
		for _, text := range []string{"", " ", "\u00a0", "0", "000000", "\x00", "      "} {
			a := &authn.Attempt{Now: start, Account: r.anna, Notes: map[string]string{"emailcode": note}}
			a.Answers = authn.Load([]authn.Request{{ID: emailcode.RequestID, Fields: []authn.Field{{Name: "token", Type: authn.FieldString}}}}, authn.Given{"token": text})
			if res, err := r.Continue(t.Context(), a); err != nil || res.Status == authn.Pass {
				t.Errorf("note %q, answer %q: %v, %v", note, text, res, err)
			}
		}
	}
	a := r.login(home, authn.UI)
	for _, text := range []string{"", " ", "\u3000\t"} {
		r.answer(a, text, authn.UI, failure)
	}
	r.answer(a, "", authn.Fail, limit)
}

func TestOddAnswersAreWrong(t *testing.T) {
	r := newRig(t, "anna@home.example")
	for _, change := range []func(code string) string{
		func(c string) string { return c + "0" },
		func(c string) string { return c[:5] },
		func(c string) string { return "+" + c },
		func(c string) string { return strings.Map(func(d rune) rune { return d - '0' + '\u0660' }, c) },
		func(c string) string { return c + "\x00" },
	} {
		r.clock.Advance(24 * time.Hour)
		a := r.login(home, authn.UI)
		code := r.sent(len(r.letters))
		r.answer(a, change(code), authn.UI, failure)
		r.answer(a, code, authn.Pass, "")
	}
}

func TestTheAddressIsConfirmedByTheCode(t *testing.T) {
	for what, c := range map[string]struct {
		change func(r *rig)
		want   bool
	}{
		"the same address":  {func(*rig) {}, true},
		"confirmed already": {func(r *rig) { r.anna.EmailConfirmed = start.Add(-time.Hour) }, false},
	} {
		r := newRig(t, "anna@home.example")
		a := r.login(home, authn.UI)
		c.change(r)
		a.Account = r.anna
		r.answer(a, r.sent(1), authn.Pass, "")
		now, _, err := r.store.Accounts().ByID(t.Context(), r.anna.ID)
		if err != nil || now.EmailConfirmed.Equal(start) != c.want {
			t.Errorf("%s: confirmed %v, %v", what, now.EmailConfirmed, err)
		}
		rows, err := r.store.Audit().List(t.Context(), audit.Filter{Kind: audit.EmailConfirm, Limit: 9})
		if err != nil || len(rows) == 1 != c.want {
			t.Errorf("%s: %+v, %v", what, rows, err)
		}
	}
}

// A code that was sent to an address which is not the account's any more, since
// a stranger may read the mails to it, is good for nothing.
func TestF21_ACodeEndsWithItsAddress(t *testing.T) {
	r := newRig(t, "anna@home.example")
	a := r.login(home, authn.UI)
	r.replace("other@home.example")
	a.Account = r.anna
	r.answer(a, r.sent(1), authn.Fail, lost)
	now, _, err := r.store.Accounts().ByID(t.Context(), r.anna.ID)
	if err != nil || !now.EmailConfirmed.IsZero() {
		t.Errorf("the other address was confirmed: %v, %v", now.EmailConfirmed, err)
	}
}

// replace gives Anna another account row with another address.
func (r *rig) replace(email string) {
	r.Helper()
	if err := r.store.Lifecycle().Delete(r.Context(), r.anna.ID); err != nil {
		r.Fatal(err)
	}
	next, err := r.store.Accounts().Create(r.Context(), account.New{Name: r.anna.Name, Email: email, Token: secret.New(secret.Hex32())})
	if err != nil {
		r.Fatal(err)
	}
	r.anna = next
}

func TestAddressesAreMasked(t *testing.T) {
	for address, want := range map[string]string{
		"anna@home.example": "a***@***", "anna.b@gmail.com": "a***@gmail.com", "A@GMX.de": "A***@gmx.de",
		"x@mail.gmail.com": "x***@***", "'a@web.de": "&#39;***@web.de",
	} {
		r := newRig(t, address)
		a := &authn.Attempt{Now: start, Address: netip.MustParseAddr(home), Account: r.anna, Notes: map[string]string{}}
		res, err := r.Begin(t.Context(), a)
		if err != nil || res.Message.Key != "emailauth-login-message" || res.Message.Params[0].Text != want {
			t.Errorf("%s: %+v, %v, want %s", address, res.Message, err, want)
		}
	}
}

// H-18: an address that nobody has confirmed may be a stranger's.
// H-14: the mail has no link that could lead elsewhere.
func TestH14H18_TheMailTellsStrangersNothing(t *testing.T) {
	for _, confirmed := range []bool{false, true} {
		r := newRig(t, "anna@home.example")
		if confirmed {
			r.anna.EmailConfirmed = start
		}
		r.login(home, authn.UI)
		m := r.letters[0]
		if strings.Contains(m.body, home) != confirmed {
			t.Errorf("confirmed %v: %s", confirmed, m.body)
		}
		if m.to != "anna@home.example" || !strings.Contains(m.subject, "Our Wiki") || !strings.Contains(m.body, "Anna") || !strings.Contains(m.body, "10 minutes") {
			t.Errorf("the mail is %+v", m)
		}
		if strings.Contains(m.body, "://") || strings.Contains(m.subject, r.sent(1)) {
			t.Errorf("the mail is %+v", m)
		}
	}
}

// A mail that cannot be sent is a failure of the system, and lets nobody in.
func TestNobodyPassesWithoutAMail(t *testing.T) {
	r := newRig(t, "anna@home.example")
	r.full = true
	a := &authn.Attempt{Now: start, Address: netip.MustParseAddr(home), Account: r.anna, Notes: map[string]string{}}
	if res, err := r.Begin(t.Context(), a); err == nil {
		t.Errorf("%v", res)
	}
	if len(a.Notes) != 0 {
		t.Errorf("notes %v", a.Notes)
	}
}
