package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Check asks whether a target can be judged by scenarios at all: whether there
// is an api.php at its address, whether it names its cookies and believes
// addresses as the accounts file says, and whether it takes the passwords that
// several of the scenarios need. The error names what is wrong, so that it is
// not to be guessed from hundreds of failures. It logs in, with the accounts
// that the scenarios name.
func Check(ctx context.Context, t *Target, scenarios []*Scenario) error {
	token, err := checkAPI(ctx, t)
	if err != nil || token == "" {
		return err
	}
	if err := checkAddress(ctx, t); err != nil {
		return err
	}
	var wrong []error
	for _, c := range credentialsOf(t, scenarios) {
		if err := checkLogin(ctx, t, c); err != nil {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// status is what Check understands of answers.
type status struct {
	Query struct {
		Tokens   struct{ LoginToken string }
		UserInfo struct {
			Name string
			Anon bool
		}
	}
	Login struct {
		Result string
		Reason struct{ Code string }
	}
}

// ask sends a request and reads its answer, which must be an object of JSON.
func ask(ctx context.Context, p *player, r *Request) (status, *answer, error) {
	var s status
	r.Client = "a"
	a, err := p.send(ctx, r)
	if err != nil {
		return s, nil, fmt.Errorf("the target cannot be asked: %w", err)
	}
	if n, err := readJSON(a.body); err != nil || n.kind != kindObject {
		return s, a, fmt.Errorf("%s is no api.php: it answers with status %d and %s", p.api, a.status, shorten(quoted(string(a.body))))
	}
	_ = json.Unmarshal(a.body, &s) // of another shape is as if nothing were there
	return s, a, nil
}

const inJSON = "&format=json&formatversion=2&errorformat=raw"

// checkAPI asks for a token, and gives none if the target has none.
func checkAPI(ctx context.Context, t *Target) (string, error) {
	s, a, err := ask(ctx, newPlayer(t, ""), &Request{Method: http.MethodGet, Target: "?action=query&meta=tokens&type=login" + inJSON})
	if err != nil {
		return "", err
	}
	want := t.Accounts.CookiePrefix + "_session"
	names := make([]string, len(a.cookies))
	for i, c := range a.cookies {
		names[i] = c.Name
	}
	others := slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, "_session") })
	if !slices.Contains(names, want) && others {
		return "", fmt.Errorf("cookie-prefix of the accounts file is %q, but the target sets the cookies %s",
			t.Accounts.CookiePrefix, strings.Join(names, ", "))
	}
	return s.Query.Tokens.LoginToken, nil
}

// checkAddress asks who an anonymous client is, which is its address. A private
// site does not say.
func checkAddress(ctx context.Context, t *Target) error {
	if t.Accounts.ForwardedFor == "" {
		return nil
	}
	p := newPlayer(t, "")
	s, _, err := ask(ctx, p, &Request{Method: http.MethodGet, Target: "?action=query&meta=userinfo" + inJSON})
	if err != nil {
		return err
	}
	user := s.Query.UserInfo
	if _, err := netip.ParseAddr(user.Name); err != nil || !user.Anon || user.Name == p.address(&Request{Client: "a"}) {
		return nil
	}
	return fmt.Errorf("forwarded-for of the accounts file is %q, but the target does not believe that header: it takes the client to be at %s",
		t.Accounts.ForwardedFor, user.Name)
}

// credential is a name and a password of the accounts file, by the names that
// scenarios have for them.
type credential struct{ name, password string }

// fewScenarios is how many scenarios may fail for a wrong password of the
// accounts file. What so few name is not tried beforehand, since the first login
// changes some accounts, such as those whose password is stored in an old format.
const fewScenarios = 9

// credentialsOf are those that more than a few of the scenarios need.
func credentialsOf(t *Target, scenarios []*Scenario) []credential {
	needed := map[string]int{}
	for _, s := range scenarios {
		for _, name := range s.Accounts() {
			needed[name]++
		}
	}
	var all []credential
	add := func(c credential, known bool) {
		if known && needed[c.password] > fewScenarios {
			all = append(all, c)
		}
	}
	for _, role := range t.Accounts.Roles() {
		user := t.Accounts.Users[role]
		add(credential{role + ".name", role + ".password"}, user.Password != "")
		for app, bot := range user.Bots {
			part := role + ".bots." + app
			add(credential{part + ".login", part + ".secret"}, bot.Secret != "" && len(bot.Addresses) == 0)
		}
	}
	slices.SortFunc(all, func(a, b credential) int { return strings.Compare(a.password, b.password) })
	return all
}

// checkLogin logs in. An account with a second factor gets as far as that.
func checkLogin(ctx context.Context, t *Target, c credential) error {
	p := newPlayer(t, "")
	s, _, err := ask(ctx, p, &Request{Method: http.MethodGet, Target: "?action=query&meta=tokens&type=login" + inJSON})
	if err != nil {
		return err
	}
	s, _, err = ask(ctx, p, &Request{Method: http.MethodPost, Target: "?action=login" + inJSON, Fields: [][2]string{
		{"lgname", "{{" + c.name + "}}"}, {"lgpassword", "{{" + c.password + "}}"}, {"lgtoken", s.Query.Tokens.LoginToken},
	}})
	if err != nil {
		return err
	}
	if result := s.Login.Result; result == "Failed" {
		return fmt.Errorf("the target does not take %s of the accounts file: %s", c.password, s.Login.Reason.Code)
	}
	return nil
}
