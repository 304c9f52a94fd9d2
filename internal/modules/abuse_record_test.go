package modules

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/secret"
)

// N-8: who logged in, tried to, was stopped, left, or was changed is on record
// with time, request, address and reason, and no secret is.
func TestN8_EveryEndIsOnRecord(t *testing.T) {
	r := newRig(t)
	before, err := r.Store.Audit().Page(t.Context(), 0, 1000)
	must(t, err)
	var cookies []*http.Cookie
	tokens := map[string]bool{}
	form := func(c *client, name, password string) url.Values {
		token := c.token("login")
		tokens[token] = true
		return loginForm(name, password, token)
	}
	c := r.client(t).with("X-Test-Address", "192.0.2.9").with("User-Agent", "tool/1")
	for range 6 {
		c.post(form(c, "Alice", "wrong-Secret-Pw0"))
	}
	c.post(loginForm("Alice", alicePassword, "no-such-token"))
	c.post(form(c, "Nobody here", "wrong-Secret-Pw0"))
	c.post(form(c, "William@testbot", wrongSecret))
	c.post(form(c, "William@testbot", testbotSecret))
	cookies = append(cookies, c.cookies()...)
	c.post(url.Values{"action": {"logout"}, "token": {c.token("csrf")}})
	c.post(form(c, "Admin", adminPassword))
	cookies = append(cookies, c.cookies()...)
	_, err = r.Credentials.Change(t.Context(), "Admin", secret.New("another-Secret-Pw9"))
	must(t, err)
	must(t, r.BotPasswords.Update(t.Context(), "William", "testbot", botpassword.Change{Grants: []string{"basic"}}))
	must(t, r.BotPasswords.Revoke(t.Context(), "William", "testbot"))

	rows, err := r.Store.Audit().Page(t.Context(), before[len(before)-1].Seq, 1000)
	must(t, err)
	var got []string
	for _, row := range rows {
		got = append(got, strings.TrimSpace(string(row.Kind)+" "+row.Name+" "+string(row.Reason)))
		byClient := row.Kind == audit.Login || row.Kind == audit.Logout
		if row.Time.IsZero() || byClient && (row.Request == "" || row.Address.String() != "192.0.2.9" || row.Client != "tool/1") {
			t.Errorf("%+v", row)
		}
	}
	want := []string{
		"login Alice wrong-password", "login Alice wrong-password", "login Alice wrong-password", "login Alice wrong-password",
		"login Alice wrong-password", "login Alice throttled", "login Alice token-wrong", "login Nobody here unknown-name",
		"login William wrong-password", "login William", "logout William", "login Admin",
		"password-change Admin", "botpassword-update William", "botpassword-delete William",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("on record are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	text, err := json.Marshal(rows)
	must(t, err)
	for _, kept := range []string{"wrong-Secret-Pw0", alicePassword, adminPassword, testbotSecret, wrongSecret, "another-Secret-Pw9", "no-such-token"} {
		tokens[kept] = true
	}
	for _, cookie := range cookies {
		tokens[cookie.Value] = len(cookie.Value) > 16
	}
	for kept, isSecret := range tokens {
		if isSecret && strings.Contains(string(text), strings.TrimSuffix(kept, `+\`)) {
			t.Errorf("%s is on record", kept)
		}
	}
}
