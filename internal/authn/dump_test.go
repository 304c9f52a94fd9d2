package authn_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/authn"
)

// What is printed by mistake tells neither what was sent nor what a login
// remembers.
func TestPrintedAttemptsTellNoSecrets(t *testing.T) {
	sent := authn.Given{"username": "Anna", "password": "a-Secret-9"}
	answers := authn.Load([]authn.Request{authn.Password(authn.ActionLogin, "")}, sent)
	if given, _ := answers.Of(authn.PasswordID); given.Value("password") != "a-Secret-9" {
		t.Fatal("the request was not filled")
	}
	attempt := authn.Attempt{Answers: answers, Notes: authn.Notes{"emailcode": "a-Secret-9"}}
	for _, printed := range []any{sent, answers, answers[0], attempt, &attempt, authn.Input{Answers: answers}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if text := fmt.Sprintf(verb, printed); strings.Contains(text, "a-Secret-9") {
				t.Errorf("%T by %s: %s", printed, verb, text)
			}
		}
	}
}
