package modules

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/siteverify"
)

// riddledRig is a rig where a captcha is due at one address, and the throttle
// is not in the way.
func riddledRig(t testing.TB, kind captcha.Kind) *rig {
	t.Helper()
	r := newRig(t, withCaptcha(kind), withoutThrottle)
	r.makeDue(t, riddled)
	return r
}

// stored is how many flow records there are. It removes them.
func (r *rig) stored(t testing.TB) int {
	t.Helper()
	n, err := r.Store.Flows().Sweep(t.Context(), r.Clock.Now().AddDate(10, 0, 0), 1<<30)
	must(t, err)
	return n
}

// G-1: whoever has solved one captcha has one attempt, and not many.
func TestG1_CaptchaIsGoodForOneAttempt(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	c := r.at(t, riddled)
	wrong, right := c.asks(), c.asks()
	c.signsIn("Alice", alicePassword, wrong.with("-99"), "wrongpassword")
	c.signsIn("Alice", alicePassword, wrong.solved(), "wrongpassword")
	c.signsIn("Alice", "wrong", right.solved(), "wrongpassword")
	for range 20 {
		c.signsIn("Alice", alicePassword, right.solved(), "wrongpassword")
	}
	c.signsIn("Alice", alicePassword, c.asks().solved(), "wrongpassword") // too many wrong ones now
	r.Clock.Advance(time.Minute)
	c.signsIn("Alice", alicePassword, c.asks().solved(), "PASS")
}

// The same at one moment.
func TestG1_ParallelAttemptsWithOneCaptcha(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	c := r.at(t, riddled)
	q, token := c.asks(), c.token("login")
	jarless := c.withoutJar()
	var passed atomic.Int32
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			form := q.solved()
			form.Set("action", "clientlogin")
			form.Set("loginreturnurl", "https://wiki.test/")
			form.Set("logintoken", token)
			form.Set("username", "Alice")
			form.Set("password", alicePassword)
			if jarless.post(form).text("clientlogin", "status") == "PASS" {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 1 {
		t.Errorf("%d attempts passed with one captcha", passed.Load())
	}
}

func TestG2_CaptchaOfAnotherSession(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	solver, guesser := r.at(t, riddled), r.at(t, riddled)
	q := solver.asks()
	guesser.signsIn("Alice", alicePassword, q.solved(), "wrongpassword")
	solver.signsIn("Alice", alicePassword, q.solved(), "PASS") // the stranger has not used it up
	solver.logout(solver.token("csrf"))
	q = guesser.asks()
	guesser.signsIn("Alice", alicePassword, guesser.asks().solved(), "PASS")
	guesser.signsIn("William", williamPassword, q.solved(), "wrongpassword") // the login has ended the session
}

func TestG3_CaptchaWithoutAnID(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	c := r.at(t, riddled)
	q := c.asks()
	word := strconv.Itoa(q.sum())
	for _, fields := range []url.Values{
		nil,
		{"captchaWord": {word}},
		{"captchaId": {q.id}},
		{"captchaId": {""}, "captchaWord": {word}},
		{"captchaId": {"null"}, "captchaWord": {word}},
		{"captchaId": {"0"}, "captchaWord": {word}},
		{"captchaId": {"-1"}, "captchaWord": {word}},
		{"captchaId": {"9223372036854775807"}, "captchaWord": {word}},
		{"captchaId": {"0" + q.id}, "captchaWord": {word}},
		{"captchaId": {q.id}, "captchaWord": {""}},
		{"captchaId[]": {q.id}, "captchaWord": {word}},
	} {
		c.signsIn("Alice", alicePassword, fields, "wrongpassword")
	}
	if n := r.stored(t); n != 0 {
		t.Errorf("%d records were stored", n)
	}
	c.signsIn("Alice", alicePassword, q.solved(), "PASS")
}

// G-4: who guesses logs in to an account of his own in between.
func TestG4_OwnLoginClearsNotTheAddress(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	guesser := r.at(t, riddled)
	guesser.signsIn("Alice", "wrong", nil, "wrongpassword")
	guesser.signsIn("Alice", "wrong", nil, "wrongpassword")
	guesser.signsIn("William", williamPassword, nil, "PASS")
	guesser = r.at(t, riddled)
	guesser.signsIn("Alice", "wrong", nil, "wrongpassword")
	guesser.signsIn("William", williamPassword, nil, "wrongpassword")
	guesser.signsIn("William", williamPassword, guesser.asks().solved(), "PASS")
	r.at(t, riddled).signsIn("Alice", alicePassword, nil, "wrongpassword")
}

func TestG5_AnswersThatAreNearlyRight(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	for _, test := range []struct {
		form string
		want string
	}{
		{" %d ", "PASS"}, {"%d", "PASS"},
		{"%d.0", "wrongpassword"}, {"%de0", "wrongpassword"}, {"%d,0", "wrongpassword"}, {"0x%x", "wrongpassword"},
		{"%d %[1]d", "wrongpassword"}, {"\"%d\"", "wrongpassword"}, {"true%.0d", "wrongpassword"}, {"%d|%[1]d", "wrongpassword"},
	} {
		c := r.at(t, riddled)
		q := c.asks()
		for q.sum() < 10 {
			q = c.asks()
		}
		c.signsIn("Alice", alicePassword, q.with(fmt.Sprintf(test.form, q.sum())), test.want)
	}
	c := r.at(t, riddled)
	q := c.asks()
	c.signsIn("Alice", alicePassword, url.Values{"captchaId": {q.id}, "captchaWord[]": {strconv.Itoa(q.sum())}}, "wrongpassword")
}

// G-6: there are few possible sums, so an address gets few attempts at them.
func TestG6_GuessedSums(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	for range 15 {
		c := r.at(t, riddled)
		c.signsIn("Alice", alicePassword, c.asks().with("-99"), "wrongpassword")
	}
	c := r.at(t, riddled)
	q := c.asks()
	c.signsIn("Alice", alicePassword, q.solved(), "wrongpassword")
	c.with("X-Test-Address", "198.51.100.8").signsIn("Alice", "wrong", nil, "wrongpassword")
	r.Clock.Advance(time.Minute)
	c.signsIn("Alice", alicePassword, q.solved(), "PASS") // it had not been looked at
}

// G-7: action=login has no fields for a captcha, and is no way round it.
func TestG7_LoginWithoutFieldsForACaptcha(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	c := r.at(t, riddled)
	c.fail(1, "Alice", alicePassword, "wrongpassword")
	a := c.attempt(style{"bc", "2"}, "Alice", alicePassword)
	a.shows("with a captcha due", `{"login":{"result":"Failed","reason":"T"}}`)
	q := c.asks()
	form := loginForm("Alice", alicePassword, c.token("login"))
	for key, values := range q.solved() {
		form[key] = values
	}
	if got := c.post(form).text("login", "result"); got != "Failed" {
		t.Errorf("with the fields of a captcha: %s", got)
	}
	for range 3 { // its failures count as well
		r.at(t, "198.51.100.20").fail(1, "Nobody", "wrong", "wrongpassword")
	}
	r.at(t, "198.51.100.20").asks()
	r.at(t, riddled).login("William@testbot", testbotSecret)
	r.at(t, riddled).login("William", "testbot@"+testbotSecret)
	r.at(t, riddled).fail(1, "William@testbot", wrongSecret, "wrongpassword")
}

// G-8: without a clear yes of the service nobody passes.
func TestG8_ServiceThatFails(t *testing.T) {
	var serve atomic.Value
	hang := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve.Load().(http.HandlerFunc)(w, r)
	}))
	free := sync.OnceFunc(func() { close(hang) })
	t.Cleanup(service.Close)
	t.Cleanup(free)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	kind := captcha.Hosted{Type: "hcaptcha", SiteKey: "key", Verifier: siteverify.New(siteverify.Config{
		URL: service.URL, Secret: secret.New("the secret of the site"), Type: "hcaptcha", Patience: 200 * time.Millisecond, Log: log,
	})}
	r := riddledRig(t, kind)
	says := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		}
	}
	for name, test := range map[string]struct {
		serve http.HandlerFunc
		want  string
	}{
		"an error":  {says(500, `{"success":true}`), "captcha-error"},
		"HTML":      {says(200, `<html>`), "captcha-error"},
		"no answer": {func(http.ResponseWriter, *http.Request) { <-hang }, "captcha-error"},
		"a fault":   {says(200, `{"success":false,"error-codes":["invalid-input-secret"]}`), "captcha-error"},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
		}, "captcha-error"},
		"no": {says(200, `{"success":false}`), "wrongpassword"},
	} {
		serve.Store(test.serve)
		c := r.at(t, riddled)
		if got := c.signIn("Alice", alicePassword, url.Values{"captchaWord": {"response"}}); got != test.want {
			t.Errorf("%s: %s", name, got)
		}
		c.signsIn("Alice", alicePassword, nil, "wrongpassword")
	}
	serve.Store(says(200, `{"success":true}`))
	r.at(t, riddled).signsIn("Alice", alicePassword, url.Values{"captchaWord": {"response"}}, "PASS")
	free()
	service.Close()
	r.at(t, riddled).signsIn("Alice", alicePassword, url.Values{"captchaWord": {"response"}}, "captcha-error")
}

// G-9: who asks for captchas and answers none costs no storage.
func TestG9_FloodOfCaptchas(t *testing.T) {
	r := riddledRig(t, captcha.Arithmetic{})
	c := r.at(t, riddled)
	q := c.asks()
	for range 2000 {
		c.get("action=query&meta=authmanagerinfo&amirequestsfor=login&formatversion=2")
	}
	if n := r.stored(t); n != 0 {
		t.Errorf("%d records were stored", n)
	}
	c.signsIn("Alice", alicePassword, q.solved(), "PASS")
	if n := r.stored(t); n == 0 {
		t.Error("the use of a captcha is not remembered")
	}
}

// G-10: a wrong captcha says nothing of the password.
func TestG10_WrongCaptchaLooksLikeAWrongPassword(t *testing.T) {
	answers := map[string][]string{}
	for name, test := range map[string]struct {
		password string
		solve    func(riddle) url.Values
	}{
		"all wrong":     {"wrong", func(q riddle) url.Values { return q.with("-99") }},
		"captcha wrong": {alicePassword, func(q riddle) url.Values { return q.with("-99") }},
		"no captcha":    {alicePassword, func(riddle) url.Values { return nil }},
		"another id":    {alicePassword, func(q riddle) url.Values { return url.Values{"captchaId": {"7"}, "captchaWord": {"8"}} }},
		"password":      {"wrong", riddle.solved},
	} {
		c := riddledRig(t, captcha.Arithmetic{}).at(t, riddled)
		form := test.solve(c.asks())
		if form == nil {
			form = url.Values{}
		}
		form.Set("action", "clientlogin")
		form.Set("loginreturnurl", "https://wiki.test/")
		form.Set("logintoken", c.token("login"))
		form.Set("username", "Alice")
		form.Set("password", test.password)
		a := c.post(form)
		a.Header.Del("Date")
		look := fmt.Sprint(a.Status, a.Header, a.Body)
		answers[look] = append(answers[look], name)
	}
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
}

// D-12: guesses at many accounts from one address soon need a captcha each.
func TestD12_CaptchaAfterManyNames(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	guesser := r.at(t, riddled)
	for i := range 3 {
		guesser.signsIn(fmt.Sprint("Name ", i), "wrong", nil, "wrongpassword")
	}
	guesser.signsIn("Alice", alicePassword, nil, "wrongpassword")
	guesser.signsIn("Alice", alicePassword, guesser.asks().solved(), "PASS")
}

// D-13: guesses at one account from everywhere soon need a captcha each, and the
// owner gets in by one.
func TestD13_CaptchaAfterManyAddresses(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	signedIn := r.at(t, "192.0.2.1").login("Alice", alicePassword)
	for i := range 20 {
		r.at(t, fmt.Sprintf("2001:db8:0:%d::1", i)).signsIn("Alice", "wrong", nil, "wrongpassword")
	}
	r.at(t, "2001:db8:0:99::1").signsIn("Alice", alicePassword, nil, "wrongpassword")
	owner := r.at(t, "192.0.2.2")
	owner.signsIn("Alice", alicePassword, nil, "wrongpassword")
	owner.signsIn("Alice", alicePassword, owner.asks().solved(), "PASS")
	if signedIn.user() != "Alice" {
		t.Errorf("the session is %s's", signedIn.user())
	}
}
