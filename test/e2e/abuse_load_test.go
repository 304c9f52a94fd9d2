package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// M-3: a flood of logins with passwords is bounded: some wait, the rest are
// told to come back, and what costs no hash stays fast.
func TestM3_FloodOfLogins(t *testing.T) {
	t.Parallel()
	w := start(t, "--hash-memory", "20MiB", "--hash-queue", "4", "--login-throttle", "off")
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	const flood = 60
	var (
		done           sync.WaitGroup
		answered, busy atomic.Int32
		begin          = make(chan struct{})
	)
	for i := range flood {
		c := w.client()
		form := fields{"lgname": fmt.Sprintf("Nobody %d", i), "lgpassword": "wrong-password-of-nobody", "lgtoken": c.token("login")}
		done.Go(func() {
			<-begin
			r, err := c.tryPost(fields{"action": "login"}, form)
			switch {
			case err != nil:
				t.Error(err)
			case r.status == http.StatusServiceUnavailable && r.header.Get("Retry-After") != "":
				busy.Add(1)
			case r.status == http.StatusOK && strings.Contains(r.body, `"result":"Failed"`):
				answered.Add(1)
			default:
				t.Errorf("status %d, %s", r.status, r.body)
			}
		})
	}
	close(begin)
	var slowest time.Duration
	for range 20 {
		began := time.Now()
		w.stillServes(t, b)
		slowest = max(slowest, time.Since(began))
	}
	done.Wait()
	t.Logf("%d answered, %d told to come back; the slowest bot login beside them took %v", answered.Load(), busy.Load(), slowest)
	if busy.Load() == 0 || answered.Load() == 0 || slowest > 5*time.Second {
		t.Errorf("%d answered, %d told to come back, slowest bot login %v", answered.Load(), busy.Load(), slowest)
	}
	w.client().mustLogin("William", "password-of-William")
}

// M-4: what has a line feed at its end is something else.
func TestM4_LineFeedAtTheEnd(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	if result := w.client().login(b.login, b.secret+"\n"); result != "Failed" {
		t.Errorf("secret: %s", result)
	}
	if result := w.client().login(b.login+"\n", b.secret); result != "Failed" {
		t.Errorf("app id: %s", result)
	}
	if result := w.client().login("William", "app\n@"+b.secret); result != "Failed" {
		t.Errorf("app id in the other form: %s", result)
	}
	c := w.loggedIn(b)
	for _, query := range []fields{
		{"action": "query\n"}, {"action": "query", "meta": "userinfo\n", "format": "json\n"}, {"action": "query", "assert": "user\n"},
	} {
		if code := c.get(merged(query, "format", "json")).code(t); code != "badvalue" && query["meta"] == "" {
			t.Errorf("%q: %q", query, code)
		}
	}
}

// M-7: names that look equal are one name, or none.
func TestM7_NamesThatLookEqual(t *testing.T) {
	t.Parallel()
	w := start(t, "--login-throttle", "off")
	w.account("Zo\u00eb Bot", "password-of-Zoe")
	for _, same := range []string{"Zo\u00eb Bot", "zo\u00eb_Bot", "Zoe\u0308 Bot", "  Zo\u00eb   Bot  ", "Zo\u00eb\u00a0Bot", "Zo\u00eb Bot\u200e", "User:Zo\u00eb Bot"} {
		c := w.client()
		if result := c.login(same, "password-of-Zoe"); result != "Success" {
			t.Errorf("%q: %s", same, result)
			continue
		}
		c.is("Zo\u00eb Bot")
	}
	for _, other := range []string{"Zo\u00eb\x00 Bot", "Zo\u00eb\u200bBot", "Zo\u00eb|Bot", "Zo\u00eb Bot/..", "Zo\u00cb Bot", "Zo\xc3\xab\xff Bot"} {
		if result := w.client().login(other, "password-of-Zoe"); result == "Success" {
			t.Errorf("%q logs in", other)
		}
	}
	for _, same := range []string{"zo\u00eb_Bot", "Zoe\u0308 Bot", "Zo\u00eb Bot\u200e"} {
		if o := w.Command("password-of-another", "account", "create", same, "--password-stdin"); o.Code == 0 {
			t.Errorf("%q is a second account", same)
		}
	}
}

// M-8: what a client sends is one field in one line of the log.
func TestM8_LogLines(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		w := start(t, "--log-format", format)
		w.account("William", "password-of-William")
		c := w.client()
		token := c.token("login")
		for _, name := range []string{
			"x\nlevel=ERROR msg=forged", "x\r\n{\"level\":\"ERROR\"}", "\x1b[2J\x1b[31mred", "a\u2028b\u2029c", `"}`, "%s%n", strings.Repeat("long ", 10_000),
		} {
			if a := c.attempt(name, "wrong-password", token); a.Login.Result != "Failed" {
				t.Errorf("%q: %+v %+v", name, a.Login, a.Error)
			}
			c.get(fields{"action": "query", "meta": "userinfo", "requestid": name}, "User-Agent", "a level=ERROR", "Referer", "x msg=forged")
		}
		w.Stop()
		begin := map[string]string{"text": "time=", "json": `{"time":`}[format]
		for line := range strings.Lines(w.Stderr()) {
			if !strings.HasPrefix(line, begin) || strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\r\x1b\u2028\u2029") {
				t.Errorf("%s: %.200q", format, line)
			}
			if len(line) > 8<<10 {
				t.Errorf("%s: a line of %d bytes: %.200q", format, len(line), line)
			}
			if strings.Contains(line, "level=ERROR msg=forged") && !strings.Contains(line, `name="xlevel=ERROR msg=forged" `) && format == "text" {
				t.Errorf("forged: %q", line)
			}
		}
	}
}

// M-10: while nothing may be written, nobody gets half a login.
func TestM10_ReadOnlySite(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	w := startOn(t, u.dir, u.secrets, "--read-only", "The disk is being moved.")
	c := w.client()
	r := c.attemptReply(u.bot.login, u.bot.secret, c.token("login"))
	if r.code(t) != "readonly" || !strings.Contains(r.body, "The disk is being moved.") || c.cookies[cookieBot] != "" {
		t.Errorf("login: %s", r.body)
	}
	w.with(u.cookies).is("William")
	w.Stop()
	u.works(t)
}
