package diff

import (
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/conformance"
)

func scenarios(t *testing.T) []*conformance.Scenario {
	t.Helper()
	all, err := conformance.BuiltIn()
	must(t, err)
	return all
}

func everything(*conformance.Request) bool         { return true }
func leaveOutNothing(*conformance.Scenario) string { return "" }

func TestTheSeedDecides(t *testing.T) {
	one, _ := NewGenerator(7, scenarios(t), leaveOutNothing, everything)
	same, _ := NewGenerator(7, scenarios(t), leaveOutNothing, everything)
	other, _ := NewGenerator(8, scenarios(t), leaveOutNothing, everything)
	differ := 0
	for n := 199; n >= 0; n-- {
		if one.Sequence(n).String() != same.Sequence(n).String() {
			t.Fatalf("sequence %d is not the same again", n)
		}
		if one.Sequence(n).String() != other.Sequence(n).String() {
			differ++
		}
	}
	if differ < 150 {
		t.Errorf("only %d of 200 sequences change with the seed", differ)
	}
}

// madeUp has everything that interactive sequences may need.
var madeUp = Interactive{Share: 100, Second: true, Temporary: true, Captcha: "captcha"}

func TestInteractiveSequences(t *testing.T) {
	one, _ := NewGenerator(7, scenarios(t), leaveOutNothing, everything)
	same, _ := NewGenerator(7, scenarios(t), leaveOutNothing, everything)
	one.Interactive, same.Interactive = madeUp, madeUp
	missing := []string{"logincontinue", "{{totp tfa.totp}}", "{{temppw.temporary}}", "oathvalidate", "amirequestsfor", "captchaword", "meta=oath"}
	for n := range 300 {
		text := one.Sequence(n).String()
		if text != same.Sequence(n).String() {
			t.Fatalf("sequence %d is not the same again", n)
		}
		missing = slices.DeleteFunc(missing, func(want string) bool { return strings.Contains(strings.ToLower(text), want) })
	}
	if len(missing) > 0 {
		t.Errorf("no sequence has %q", missing)
	}
}

func TestInteractiveSequencesOnlyWhereServersCan(t *testing.T) {
	may := func(r *conformance.Request) bool { return !strings.Contains(requestText(r), "clientlogin") }
	g, _ := NewGenerator(7, scenarios(t), leaveOutNothing, may)
	g.Interactive = madeUp
	for n := range 100 {
		for _, step := range g.Sequence(n).Steps {
			if !may(step.Request) {
				t.Fatalf("sequence %d asks for what a server does not have:\n%s", n, requestText(step.Request))
			}
		}
	}
}

func TestScenariosStayAsTheyAre(t *testing.T) {
	before, after := scenarios(t), scenarios(t)
	g, _ := NewGenerator(1, after, leaveOutNothing, everything)
	for n := range 300 {
		g.Sequence(n)
	}
	for i, s := range after {
		for n, step := range s.Steps {
			if step.Request != nil && requestText(step.Request) != requestText(before[i].Steps[n].Request) {
				t.Fatalf("making sequences has changed %s", s.ID())
			}
		}
	}
}

func TestScope(t *testing.T) {
	s := &Scope{outside: map[string]bool{"edit": true, "parse": true}}
	form := func(name, value string) *conformance.Request {
		return &conformance.Request{Target: "?action=query", Fields: [][2]string{{name, value}}}
	}
	body := "action=edit"
	tests := []struct {
		request *conformance.Request
		may     bool
	}{
		{&conformance.Request{Target: "?action=query"}, true},
		{&conformance.Request{Target: "?action=nosuch&x=edit"}, true},
		{&conformance.Request{Target: "?action=edit"}, false},
		{&conformance.Request{Target: "?action=%20edit%0A"}, false},
		{&conformance.Request{Target: "?action=query&action[]=edit"}, false},
		{&conformance.Request{Target: "?modules=login|edit"}, false},
		{&conformance.Request{Target: "?modules=query%1Fquery%2B*"}, false},
		{&conformance.Request{Target: "?titles=x"}, false},
		{&conformance.Request{Target: "/x?action=query"}, false},
		{&conformance.Request{Target: "?action=query", Body: &body}, false},
		{form("action", "parse"), false},
		{form("action", "login"), true},
	}
	for _, test := range tests {
		if got := s.May(test.request); got != test.may {
			t.Errorf("%s: may be asked: %t", requestText(test.request), got)
		}
	}
}

func TestLoopback(t *testing.T) {
	for api, want := range map[string]bool{
		"http://127.0.0.1:8391/w/api.php": true, "http://[::1]/w/api.php": true, "http://localhost/api.php": true,
		"https://wiki.example/w/api.php": false, "http://127.0.0.1.example/": false, "127.0.0.1": false,
	} {
		if Loopback(api) != want {
			t.Errorf("%s is on this machine: %t", api, !want)
		}
	}
}
