package conformance

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// smallAPI answers what Check asks. It believes X-Addr, and takes the password
// "right".
func smallAPI(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Query().Get("meta") == "tokens":
		http.SetCookie(w, &http.Cookie{Name: "w_session", Value: "abc"})
		_, _ = fmt.Fprint(w, `{"query":{"tokens":{"logintoken":"t+\\"}}}`)
	case r.URL.Query().Get("meta") == "userinfo":
		address := r.Header.Get("X-Addr")
		if address == "" {
			address = "192.0.2.1"
		}
		_, _ = fmt.Fprintf(w, `{"query":{"userinfo":{"id":0,"name":%q,"anon":true}}}`, address)
	case r.PostFormValue("lgpassword") == "right" && r.PostFormValue("lgtoken") == `t+\` && r.Header.Get("Cookie") == "w_session=abc":
		_, _ = fmt.Fprint(w, `{"login":{"result":"Success"}}`)
	default:
		_, _ = fmt.Fprint(w, `{"login":{"result":"Failed","reason":{"code":"wrongpassword"}}}`)
	}
}

// logins are scenarios that log in as alice, that many of them.
func logins(t *testing.T, n int) []*Scenario {
	t.Helper()
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "scenario: s%d\ntitle: T\nrules: R-01-1.1\nPOST\na = {{alice.password}}\n=> 200\n", i)
	}
	return parsed(t, text.String())
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	const head, alice = "cookie-prefix = 'w'\n", "[users.alice]\nname = 'Alice'\npassword = "
	for _, c := range []struct {
		name, accounts, wrong string
		server                http.HandlerFunc
		scenarios             int
	}{
		{"all is well", head + "forwarded-for = 'X-Addr'\n" + alice + "'right'", "", smallAPI, fewScenarios + 1},
		{"no forwarded-for", head, "", smallAPI, 1},
		{"wrong password", head + alice + "'wrong'", "the target does not take alice.password of the accounts file: wrongpassword", smallAPI, fewScenarios + 1},
		{"wrong password that few need", head + alice + "'wrong'", "", smallAPI, fewScenarios},
		{"wrong header", head + "forwarded-for = 'X-Other'", "it takes the client to be at 192.0.2.1", smallAPI, 1},
		{"wrong prefix", "cookie-prefix = 'v'", `cookie-prefix of the accounts file is "v", but the target sets the cookies w_session`, smallAPI, 1},
		{"no api.php", head, `is no api.php: it answers with status 404 and "404 page not found\n"`, http.NotFound, 1},
		{"an API without tokens", head, "", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, `{"error":[]}`) }, 1},
	} {
		server := httptest.NewServer(c.server)
		t.Cleanup(server.Close)
		accounts, err := ReadAccounts(c.accounts)
		if err != nil {
			t.Fatal(err)
		}
		err = Check(t.Context(), &Target{API: server.URL, Accounts: accounts}, logins(t, c.scenarios))
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.wrong)
		}
	}
}

func TestCheckOfNobody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(smallAPI))
	server.Close()
	err := Check(t.Context(), &Target{API: server.URL}, logins(t, 1))
	if err == nil || !strings.HasPrefix(err.Error(), "the target cannot be asked: ") {
		t.Error(err)
	}
}

func TestWithoutAddressesNoLoginMayFail(t *testing.T) {
	target := echoTarget(t)
	target.Accounts.ForwardedFor = ""
	for check, skipped := range map[string]bool{
		`{"login": {"result": "Failed"}}`:    true,
		`{"login": {"result": "Aborted"}}`:   true,
		`contains: <login result="Failed"/>`: true,
		`{"login": {"result": "Success"}}`:   false,
		`contains: Failed attempts`:          false,
	} {
		r := RunOne(t.Context(), target, parsed(t, head+"GET\n=> 200\n"+check)[0])
		if (r.Outcome == Skipped) != skipped {
			t.Errorf("%s: %s", check, r.Outcome)
		}
	}
}
