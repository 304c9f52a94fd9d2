package modules

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
)

// fuzzRig is a rig for many requests: nothing stops them, and no slow hash is
// computed twice.
func fuzzRig(f *testing.F, changes ...func(*rigOptions)) *rig {
	r, _ := withFactor(f, append(changes, withoutThrottle, withOathRights("sysop"), withPasskeys)...)
	r.Credentials.Hasher = recalledHasher{r.Credentials.Hasher, new(int)}
	r.Factors.Throttle = noLimit{}
	return r
}

// fuzzClient is a client in a stage of a login, and who it is: with nothing
// before, with a code, a password or nothing that waits.
func fuzzClient(t *testing.T, plain, strict *rig, stage byte) (c *client, who, action string) {
	c, who, action = plain.client(t), nobody, "clientlogin"
	if stage%6 == 2 {
		c = strict.client(t)
	}
	c.http.Transport = inProcess{c.rig}
	c.t = t
	switch stage % 6 {
	case 1:
		c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	case 2:
		c.begin("Alice", alicePassword).ended("UI", "resetpass-validity")
	case 3:
		c.login("Admin", adminPassword)
		who, action = "Admin", "oathvalidate"
	case 4:
		c.login("William", williamPassword)
		who = "William"
	case 5:
		c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
		action = "query"
	}
	return c, who, action
}

// FuzzSteps sends any body as a step of a login, or as what else is asked about
// one: the answer never is an error of the system, and the session belongs to
// somebody else only when the answer says so.
func FuzzSteps(f *testing.F) {
	for i, body := range []string{
		"username=Alice&password=" + alicePassword + "&loginreturnurl=http://x/", "logincontinue=1&OATHToken=000000",
		"username=Alice&password=x&loginreturnurl=http://x/&loginrequests=A|B&rememberMe=1&loginmergerequestfields=1",
		"logincontinue=1&password=" + strings.Repeat("a", 50) + "&retype=" + strings.Repeat("a", 50), "logincontinue=&skipReset=1&loginmessageformat=html",
		"user=Tfa&totp=000000", `user=Tfa&data={"token":123456}`, `user=Tfa&data={"token":"x"}`, `data=[[[[&user=Nobody`, "user=%ff%00&totp=",
		"meta=authmanagerinfo&amirequestsfor=login-continue&amimergerequestfields=", "meta=authmanagerinfo|oath&amirequestsfor=change&amisecuritysensitiveoperation=a",
		"logincontinue=1&credential={}", "logincontinue[]=1&OATHToken[]=1", "loginreturnurl=a:b&username[]=Alice", "logincontinue=1&requestid=%00&uselang=%ff&format=xml",
		"loginpreservestate=1&logincontinue=1&OATHToken=" + strings.Repeat("A", 16), "meta=webauthn&wafunc=getAuthInfo", "action=webauthn&func=register&data={}",
	} {
		for stage := range byte(6) {
			if i < 6 || int(stage) == i%6 {
				f.Add(stage, body)
			}
		}
	}
	plain := fuzzRig(f)
	strict := fuzzRig(f, func(o *rigOptions) {
		o.Policy = policy.Rules{Default: policy.Policy{MinLength: 40}, OnLogin: policy.Force}
	})
	anyLength := *strict.Credentials
	anyLength.Policy = policy.Rules{}
	f.Fuzz(func(t *testing.T, stage byte, body string) {
		c, who, action := fuzzClient(t, plain, strict, stage)
		tokens := "&logintoken=" + url.QueryEscape(c.token("login")) + "&token=" + url.QueryEscape(c.token("csrf"))
		a := c.send(http.MethodPost, "format=json", formType, "formatversion=2&action="+action+tokens+"&"+body)
		code := a.Header.Get("MediaWiki-API-Error")
		if a.Status >= 500 || strings.HasPrefix(code, "internal_") {
			t.Fatalf("status %d, %s: %s", a.Status, code, a.Body)
		}
		kind := a.Header.Get("Content-Type")
		if strings.HasPrefix(kind, "application/json") && !json.Valid([]byte(a.Body)) {
			t.Errorf("%s: %q", kind, a.Body)
		}
		wants := []string{who}
		if strings.Contains(a.Body, "PASS") {
			wants = []string{"Alice", "William"}
		}
		if got := c.user(); !slices.Contains(wants, got) {
			t.Errorf("%s is logged in instead of %s: %s", got, who, a.Body)
		}
		if c.rig == strict && strings.Contains(a.Body, "PASS") {
			_, err := anyLength.Change(t.Context(), "Alice", secret.New(alicePassword))
			must(t, err)
		}
		c.rig.Log.forget()
	})
}

// FuzzReturnURL holds what a URL must be like to be taken, of whichever bytes.
func FuzzReturnURL(f *testing.F) {
	for _, u := range []string{
		"http://x/", "own-app:a", "HTTPS://[::1]:80/?#", "http:80/", "http://a@b:c@d:65536", "javascript:alert(1)", "mailto://", "http://\x00", "a:b:c", "//x", "HTTP:\u212a",
	} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, u string) {
		taken := acceptableURL(u, []string{"own-app"})
		if plain := acceptableURL(u, nil); plain && !taken {
			t.Errorf("%q is taken without schemes of the operator only", u)
		}
		scheme, rest, found := strings.Cut(u, ":")
		if loud := strings.ToUpper(scheme) + ":" + rest; found && taken && !acceptableURL(loud, []string{"own-app"}) {
			t.Errorf("%q is taken and %q is not", u, loud)
		}
		if !taken {
			return
		}
		if known := slices.Contains(append([]string{"own-app"}, urlSchemes...), strings.ToLower(scheme)); !found || !known {
			t.Errorf("%q is taken, of no known scheme", u)
		}
		if strings.ContainsAny(u, "\r\n\x00\x1b\x7f") {
			t.Errorf("%q is taken", u)
		}
	})
}
