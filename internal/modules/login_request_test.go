package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func readOnly(o *rigOptions) { o.Engine.ReadOnly = "Moving house" }

func TestLoginSecretsBelongInTheBody(t *testing.T) {
	c := newRig(t).client(t)
	token := url.QueryEscape(c.token("login"))
	full := "action=login&lgname=William%40testbot&lgpassword=" + testbotSecret + "&lgtoken=" + token
	for _, test := range []struct{ name, query, body, params string }{
		{"password", "lgpassword=x", full, `"lgpassword",1`},
		{"token", "lgtoken=" + token, full, `"lgtoken",1`},
		{"both, whatever their order", "lgtoken=x&lgpassword=x", full, `"lgpassword, lgtoken",2`},
		{"in the URL alone", "lgpassword=" + testbotSecret + "&lgtoken=" + token, "action=login&lgname=William%40testbot", `"lgpassword, lgtoken",2`},
		{"empty", "lgpassword", full, `"lgpassword",1`},
		{"as an array", "lgpassword[]=x", full, `"lgpassword",1`},
		{"name", "lgname=x&lgdomain=y", full, ""},
		{"all but the secrets", "action=login&lgname=x", full, ""},
		{"nothing", "", full, ""},
	} {
		for _, s := range styles() {
			a := c.send(http.MethodPost, "format=json&"+test.query+s.query(), formType, test.body)
			if test.params == "" {
				a.shows(test.name, isWilliam)
				c.post(url.Values{"action": {"logout"}, "token": {c.token("csrf")}})
				continue
			}
			m := said{code: "mustpostparams", key: "apierror-mustpostparams", params: test.params, module: "login"}
			a.shows(test.name+", "+s.String(), s.failure(m))
			a.fails(test.name, "mustpostparams")
			a.sets(t, test.name)
		}
	}
}

func TestLoginMustBePosted(t *testing.T) {
	c := newRig(t).client(t)
	query := loginForm("William@testbot", testbotSecret, c.token("login")).Encode()
	for _, s := range styles() {
		m := said{code: "mustbeposted", key: "apierror-mustbeposted", params: `"login"`, module: "main"}
		c.get(query+s.query()).shows("GET, "+s.String(), s.failure(m))
	}
	for method, want := range map[string]string{http.MethodHead: "mustbeposted", http.MethodPut: "invalidmethod", http.MethodDelete: "invalidmethod"} {
		a := c.send(method, "format=json&"+query, formType, query)
		a.fails(method, want)
		a.sets(t, method)
	}
	if got := c.user(); got != nobody {
		t.Errorf("logged in as %s", got)
	}
}

func TestReadOnlySiteTakesNoLogin(t *testing.T) {
	c := newRig(t, readOnly).client(t)
	form := loginForm("William@testbot", testbotSecret, c.token("login"))
	for _, s := range styles() {
		m := said{code: "readonly", key: "apierror-readonly", data: `"readonlyreason":"Moving house"`, module: "main"}
		a := c.styled(s, form)
		a.shows(s.String(), s.failure(m))
		a.fails(s.String(), "readonly")
		a.sets(t, s.String())
	}
}

func TestPromiseNotToWriteForbidsALogin(t *testing.T) {
	r := newRig(t)
	for promise, want := range map[string]string{"1": "promised-nonwrite-api", "true": "promised-nonwrite-api", "0": "", "": ""} {
		c := r.client(t)
		a := c.with("Promise-Non-Write-API-Action", promise).post(loginForm("William@testbot", testbotSecret, c.token("login")))
		a.fails(promise, want)
		if in := c.user() == "William"; in != (want == "") {
			t.Errorf("promise %q: logged in is %v", promise, in)
		}
	}
}

func TestAssertionsComeBeforeTheLogin(t *testing.T) {
	r := newRig(t)
	for _, test := range []struct {
		query string
		alice bool // is logged in already
		want  string
	}{
		{"assert=user", false, "assertuserfailed"}, {"assert=user", true, ""},
		{"assert=bot", false, "assertbotfailed"}, {"assert=bot", true, "assertbotfailed"},
		{"assert=anon", false, ""}, {"assert=anon", true, "assertanonfailed"},
		{"assertuser=William", false, "assertnameduserfailed"}, {"assertuser=alice", true, ""},
		{"assertuser=William", true, "assertnameduserfailed"},
		{"assert=user&assertuser=William", true, "assertnameduserfailed"},
		{"assert=anon&assertuser=William", true, "assertanonfailed"},
	} {
		c := r.client(t)
		if test.alice {
			c.login("Alice", alicePassword)
		}
		a := c.do(http.MethodPost, test.query, loginForm("William@testbot", testbotSecret, c.token("login")))
		a.fails(test.query, test.want)
		if in := c.user() == "William"; in != (test.want == "") {
			t.Errorf("%s: logged in is %v", test.query, in)
		}
	}
}

func TestLoginIsNeverKeptByCaches(t *testing.T) {
	c := newRig(t).client(t)
	for name, form := range map[string]url.Values{
		"NeedToken": {"action": {"login"}}, "Failed": loginForm("Alice", "x", "x"), "Success": loginForm("William@testbot", testbotSecret, c.token("login")),
	} {
		a := c.do(http.MethodPost, "maxage=60&smaxage=60", form)
		if got := a.Header.Get("Cache-Control"); got != "private, must-revalidate, max-age=0" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestLoginByMultipart(t *testing.T) {
	c := newRig(t).client(t)
	var b strings.Builder
	for _, pair := range [][2]string{
		{"action", "login"}, {"lgname", "William@testbot"}, {"lgpassword", testbotSecret}, {"lgtoken", c.token("login")},
	} {
		b.WriteString("--x\r\nContent-Disposition: form-data; name=\"" + pair[0] + "\"\r\n\r\n" + pair[1] + "\r\n")
	}
	c.send(http.MethodPost, "format=json", `multipart/form-data; boundary="x"`, b.String()+"--x--\r\n").is(
		`{"login":{"result":"Success","lguserid":3,"lgusername":"William"}}`)
}

func TestLoginIsRefusedWithoutTheRightToWrite(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.withoutRight("writeapi") })
	c := r.client(t)
	c.post(loginForm("Alice", alicePassword, c.token("login"))).shows("login", `{"error":{"code":"writeapidenied","info":"T","*":"T"}}`)
}

// withoutRight takes a right from everybody.
func (o *rigOptions) withoutRight(right string) {
	for i := range o.Groups {
		g := &o.Groups[i]
		kept := g.Rights[:0:0]
		for _, r := range g.Rights {
			if r != right {
				kept = append(kept, r)
			}
		}
		g.Rights = kept
	}
}
