package message

import (
	"regexp"
	"strings"
	"testing"
)

func load(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Clients compare or parse these texts.
func TestTextsThatClientsRead(t *testing.T) {
	c := load(t)
	for want, m := range map[string]Message{
		`Cannot log in when using MediaWiki\Session\BotPasswordSessionProvider sessions.`: New("api-login-fail-badsessionprovider", Text(`MediaWiki\Session\BotPasswordSessionProvider sessions`)),
		`The "token" parameter must be set.`:                                              New("paramvalidator-missingparam", Plain("token")),
		`Unrecognized value for parameter "action": zzz.`:                                 New("paramvalidator-badvalue-enumnotmulti", Plain("action"), Plain("zzz")),
		`Unrecognized values for parameter "siprop": a, b`:                                New("paramvalidator-unrecognizedvalues", Plain("siprop"), Plain("a|b"), CommaList([]string{"a", "b"}), Number(2)),
		`Unrecognized value for parameter "siprop": a`:                                    New("paramvalidator-unrecognizedvalues", Plain("siprop"), Plain("a"), CommaList([]string{"a"}), Number(1)),
		`Unrecognized parameters: foo, lgfoo.`:                                            New("apierror-unrecognizedparams", CommaList([]string{"foo", "lgfoo"}), Number(2)),
	} {
		if got := c.Plain(m); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	throttled := c.Plain(New("login-throttled", Duration(300)))
	if !regexp.MustCompile(`wait.*?(\d+) (seconds|minutes)`).MatchString(throttled) || !strings.Contains(throttled, "5 minutes") {
		t.Errorf("%s", throttled)
	}
	if aborted := c.Plain(New("api-login-fail-aborted")); !strings.Contains(aborted, "user interaction") {
		t.Errorf("%s", aborted)
	}
}

func TestMarkupByFormat(t *testing.T) {
	c := load(t)
	m := New("apiwarn-deprecation-login-token")
	if got := c.Plain(m); !strings.Contains(got, `"action=query&meta=tokens&type=login"`) {
		t.Errorf("plain: %s", got)
	}
	if got := c.Markup(m); !strings.Contains(got, "<kbd>action=query&meta=tokens&type=login</kbd>") {
		t.Errorf("markup: %s", got)
	}
	if got := c.HTML(m); !strings.Contains(got, "<kbd>action=query&amp;meta=tokens&amp;type=login</kbd>") {
		t.Errorf("html: %s", got)
	}
	if got := c.Plain(New("api-usage-mailinglist-ref")); !strings.Contains(got, "<https://lists.") {
		t.Errorf("entities: %s", got)
	}
	if got := c.Plain(New("no-such-key")); got != "⧼no-such-key⧽" {
		t.Errorf("unknown key: %s", got)
	}
}

func TestDurations(t *testing.T) {
	for seconds, want := range map[int64]string{0: "0 seconds", 1: "1 second", 60: "1 minute", 300: "5 minutes", 172800: "2 days", 3661: "1 hour and 1 minute and 1 second"} {
		if got := englishDuration(seconds); got != want {
			t.Errorf("%d: %s", seconds, got)
		}
	}
}

func TestEveryTextIsWhole(t *testing.T) {
	for key, text := range load(t).english {
		if text == "" || strings.Count(text, "{{") != strings.Count(text, "}}") || strings.Count(text, "<") != strings.Count(text, ">") {
			t.Errorf("%s: %q", key, text)
		}
	}
}
