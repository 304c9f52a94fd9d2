package diff

import (
	"strings"
	"testing"

	"github.com/wikigate/wikigate/conformance"
)

func TestLearn(t *testing.T) {
	token := strings.Repeat("0a", 20) + `+\`
	tests := []struct{ body, name, want string }{
		{`{"query":{"tokens":{"logintoken":"` + token + `\"}}}`, "logintoken", token},
		{`<tokens csrftoken="` + token + `" />`, "csrftoken", token},
		{`a:1:{s:10:"logintoken";s:42:"` + token + `";}`, "logintoken", token},
		{`{"captchaId":{"type":"hidden","value":"12","label":"x"}}`, "captchaid", "12"},
		{`{"captchaInfo":{"type":"null","value":"9\u22123 ="}}`, "solve captchaquestion", "6"},
	}
	for _, test := range tests {
		p := conformance.NewPlayer(&conformance.Target{}, "")
		learn(p, []byte(test.body))
		if got, ok := p.Value(test.name); !ok || got != test.want {
			t.Errorf("%s: %s is %q (%t)", test.body, test.name, got, ok)
		}
	}
}

func TestOutcome(t *testing.T) {
	r := &conformance.Request{Target: "?action=clientlogin"}
	for body, want := range map[string]string{
		`{"clientlogin":{"status":"FAIL","message":"x","messagecode":"wrongpassword"}}`: "clientlogin FAIL wrongpassword",
		`<api><clientlogin status="PASS" username="X" /></api>`:                         "clientlogin PASS",
		`{}`: "clientlogin",
	} {
		if got := outcome(r, answer("application/json", body)); got != want {
			t.Errorf("%s is %q", body, got)
		}
	}
}
