package diff

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/conformance"
	ours "github.com/wikigate/wikigate/test/conformance"
)

// twins are two servers with the same accounts and the same name.
func twins(t *testing.T) *Pair {
	t.Helper()
	return twinsWith(t, ours.ReadAccounts(t))
}

func twinsWith(t *testing.T, accounts conformance.Accounts) *Pair {
	t.Helper()
	data := ours.Populate(t, accounts)
	serve := func(options []string) string {
		return ours.ServeHere(t, data, append([]string{"--server-url", "http://twin.test"}, options...))
	}
	return &Pair{
		Ours: ours.TargetOf(accounts, serve), Theirs: ours.TargetOf(accounts, serve),
		Values: map[string]string{"origin": "http://twin.test", "host": "twin.test"},
	}
}

// altering changes some of the answers that come through it.
type altering struct {
	change func(*http.Request, *http.Response)
}

func (a altering) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		a.change(r, response)
	}
	return response, err
}

// requests is how many a quick run sends.
const requests = 150

func TestTwinsDoNotDiffer(t *testing.T) {
	g, _ := NewGenerator(3, scenarios(t), leaveOutNothing, everything)
	s, err := Run(t.Context(), twins(t), g, Options{Requests: requests, Parallel: 2})
	must(t, err)
	for _, f := range s.Findings {
		t.Errorf("%s", f)
	}
	if s.Requests < requests || s.Sequences == 0 {
		t.Errorf("%d requests in %d sequences", s.Requests, s.Sequences)
	}
}

func TestTwinsDoNotDifferInInteractiveLogins(t *testing.T) {
	accounts := ours.ReadAccounts(t)
	for i := range 40 {
		u := conformance.User{Name: fmt.Sprintf("Many %d", i), Password: "many-Secret-Pw8", TOTP: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
		accounts.Users[fmt.Sprintf("manytfa%d", i)] = u
		u.Name, u.TOTP, u.Temporary = fmt.Sprintf("Other %d", i), "", "many-temp-Secret-Pw9"
		accounts.Users[fmt.Sprintf("manytemp%d", i)] = u
	}
	pair := twinsWith(t, accounts)
	with := poolsOf(pair)
	if with.Share = 100; !with.Second || !with.Temporary {
		t.Fatalf("there are no pools: %+v", with)
	}
	g, _ := NewGenerator(3, scenarios(t), leaveOutNothing, everything)
	g.Interactive = with
	s, err := Run(t.Context(), pair, g, Options{Requests: requests, Parallel: 2})
	must(t, err)
	for _, f := range s.Findings {
		t.Errorf("%s", f)
	}
	for _, want := range []string{"clientlogin PASS", "clientlogin UI oathauth-auth-ui"} {
		if s.Outcomes[want] == 0 {
			t.Errorf("no answer says %q; %v", want, s.Outcomes)
		}
	}
}

func TestAnAlteredServerIsReported(t *testing.T) {
	pair := twins(t)
	pair.Theirs.Transport = altering{func(r *http.Request, a *http.Response) {
		if !strings.Contains(r.URL.RawQuery, "action=login") {
			return
		}
		body, err := io.ReadAll(a.Body)
		must(t, err)
		body = bytes.ReplaceAll(body, []byte(`"NeedToken"`), []byte(`"WantToken"`))
		a.Body = io.NopCloser(bytes.NewReader(body))
	}}
	logins := slices.DeleteFunc(scenarios(t), func(s *conformance.Scenario) bool { return !strings.HasPrefix(s.Topic, "login") })
	g, _ := NewGenerator(3, logins, leaveOutNothing, everything)
	var found []string
	s, err := Run(t.Context(), pair, g, Options{Requests: 1000, Parallel: 2, Most: 1, Each: func(f *Finding) { found = append(found, f.String()) }})
	must(t, err)
	if len(s.Findings) == 0 || len(found) != len(s.Findings) {
		t.Fatalf("%d findings, %d of them told, in %d requests", len(s.Findings), len(found), s.Requests)
	}
	for _, want := range []string{"NeedToken", "WantToken", "--- ours", "--- theirs"} {
		if !strings.Contains(found[0], want) {
			t.Errorf("the report lacks %s:\n%s", want, found[0])
		}
	}
}

func TestShrinkKeepsWhatMatters(t *testing.T) {
	pair := twins(t)
	pair.Theirs.Transport = altering{func(r *http.Request, a *http.Response) {
		if strings.Contains(r.URL.RawQuery, "type=login") && r.Header.Get("Cookie") != "" {
			a.Header.Set("X-Altered", "1")
		}
	}}
	ask := func(target string) conformance.Step {
		return conformance.Step{Request: &conformance.Request{Method: "GET", Target: target, Client: "a", Headers: [][2]string{{"Accept", "x"}}}}
	}
	s := &Sequence{Steps: []conformance.Step{
		ask("?action=query&format=json"),
		ask("?action=query&meta=tokens&type=login&format=json"),
		ask("?action=query&format=json&requestid=1"),
		ask("?curtimestamp=1&action=query&meta=tokens&type=login&format=json"),
		ask("?action=query&format=json"),
	}}
	done, err := pair.play(t.Context(), s)
	must(t, err)
	if done.finding == nil || done.finding.Step != 3 {
		t.Fatalf("found %v", done.finding)
	}
	short := pair.shrink(t.Context(), done.finding)
	var got []string
	for _, step := range short.Sequence.Steps {
		got = append(got, requestText(step.Request))
	}
	text := strings.Join(got, "")
	if len(got) != 2 || strings.Count(text, "type=login") != 2 || strings.Contains(text, "Accept") || strings.Contains(text, "curtimestamp") {
		t.Errorf("shrunk to\n%s\nexpected to ask for a login token twice, and no more", text)
	}
}
