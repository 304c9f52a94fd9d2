package clients

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// program is one file of testdata and what its output has to be.
type program struct {
	name    string
	runtime runtime
	needs   []string // libraries of that runtime
	script  string   // below testdata
	check   func(t *testing.T, output string, target endpoint)
}

// usesSecond tells whether the program logs in to the account with a second
// factor, if there is one.
func (p program) usesSecond() bool { return p.name == "library/mediawiki-api-axios" }

var programs = []program{
	{"sample/tokens.py", python, []string{"requests"}, "samples/tokens.py", printsLoginToken},
	{"sample/login.py", python, []string{"requests"}, "samples/login.py", printsTokenThenLogin},
	{"sample/logout.py", python, []string{"requests"}, "samples/logout.py", printsNothingLeft},

	{"sample/tokens.php", php, []string{"curl"}, "samples/tokens.php", printsLoginToken},
	{"sample/login.php", php, []string{"curl"}, "samples/login.php", printsLogin},
	{"sample/logout.php", php, []string{"curl"}, "samples/logout.php", printsNothingLeft},

	{"sample/tokens.pl", perl, []string{"LWP::UserAgent", "JSON"}, "samples/tokens.pl", printsLoginToken},

	{"sample/tokens.js", node, nil, "samples/tokens.js", printsLoginToken},
	{"sample/login.js", node, nil, "samples/login.js", printsLogin},
	{"sample/logout.js", node, nil, "samples/logout.js", printsNothingLeft},

	{"sample/request/tokens.js", node, []string{"request"}, "samples/request/tokens.js", printsLoginToken},
	{"sample/request/login.js", node, []string{"request"}, "samples/request/login.js", printsLogin},
	{"sample/request/logout.js", node, []string{"request"}, "samples/request/logout.js", printsNothingLeft},

	{"sample/mwapi_tokens.js", node, nil, "samples/mwapi_tokens.js", printsAnonymousToken},
	{"sample/mwapi_login.js", node, nil, "samples/mwapi_login.js", printsWhoIsLoggedIn},
	{"sample/mwapi_logout.js", node, nil, "samples/mwapi_logout.js", printsNothingLeft},

	{"library/mwclient", python, []string{"mwclient"}, "drivers/mwclient_driver.py", printsSteps},
	{"library/MediaWiki-API", perl, []string{"MediaWiki::API"}, "drivers/mediawiki_api.pl", printsSteps},
	{"library/MediaWiki-Bot", perl, []string{"MediaWiki::Bot"}, "drivers/mediawiki_bot.pl", printsSteps},
	{"library/mwn", node, []string{"mwn"}, "node/mwn.mjs", printsSteps},
	{"library/nodemw", node, []string{"nodemw"}, "node/nodemw.mjs", printsSteps},
	{"library/m3api", node, []string{"m3api"}, "node/m3api.mjs", printsSteps},
	{"library/wikiapi", node, []string{"wikiapi"}, "node/wikiapi.mjs", printsSteps},
	{"library/api-testing", node, []string{"api-testing"}, "node/api-testing.mjs", printsSteps},
	{"library/wdio-mediawiki", node, []string{"wdio-mediawiki"}, "node/wdio-mediawiki.mjs", printsSteps},
	{"library/wiki-saikou", node, []string{"wiki-saikou"}, "node/wiki-saikou.mjs", printsSteps},
	{"library/mw.js", node, []string{"mw.js"}, "node/mw.js.mjs", printsSteps},
	{"library/mwbot", node, []string{"mwbot"}, "node/mwbot.mjs", printsSteps},
	{"library/wikibase-edit", node, []string{"wikibase-edit"}, "node/wikibase-edit.mjs", printsSteps},
	{"library/mediawiki-bot", node, []string{"mediawiki-bot"}, "node/mediawiki-bot.mjs", printsSteps},
	{"library/mediawiki-api-axios", node, []string{"mediawiki-api-axios"}, "node/mediawiki-api-axios.mjs", printsSecondFactor},
	{"library/go-mwclient", golang, []string{"cgt.name/pkg/go-mwclient"}, "drivers/go-mwclient", printsSteps},
	// Debian carries no MediaWiki client library for PHP; the samples with
	// curl stand for that language.
}

// loginToken is a token of a session: 32 digits, the time in 8, and the tail.
var loginToken = regexp.MustCompile(`^[0-9a-f]{40}\+\\$`)

func printsLoginToken(t *testing.T, output string, _ endpoint) {
	if token := strings.TrimSpace(output); !loginToken.MatchString(token) {
		t.Errorf("printed %q, want a token of 42 characters", token)
	}
}

// printsAnonymousToken expects the csrf token of somebody without an account.
func printsAnonymousToken(t *testing.T, output string, _ endpoint) {
	if token := strings.TrimSpace(output); token != `+\` {
		t.Errorf(`printed %q, want +\`, token)
	}
}

func printsLogin(t *testing.T, output string, target endpoint) {
	var reply struct {
		Login struct {
			Result     string
			LgUserID   int
			LgUserName string
		}
	}
	if err := json.Unmarshal([]byte(output), &reply); err != nil {
		t.Fatalf("printed %q: %v", output, err)
	}
	login := reply.Login
	if login.Result != "Success" || login.LgUserID <= 0 || login.LgUserName != target.account() {
		t.Errorf("printed %q, want the successful login of %s", output, target.account())
	}
}

// printsTokenThenLogin expects two lines, the second a Python dictionary.
func printsTokenThenLogin(t *testing.T, output string, target endpoint) {
	token, reply, _ := strings.Cut(output, "\n")
	printsLoginToken(t, token, target)
	printsLogin(t, strings.ReplaceAll(reply, "'", `"`), target)
}

// printsNothingLeft expects the answer to a logout, an empty JSON object.
func printsNothingLeft(t *testing.T, output string, _ endpoint) {
	if answer := strings.TrimSpace(output); answer != "{}" {
		t.Errorf("printed %q, want {}", answer)
	}
}

func printsWhoIsLoggedIn(t *testing.T, output string, target endpoint) {
	want := "You are logged in as " + target.account()
	if got := strings.TrimSpace(output); got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// printsSecondFactor expects the step with a second factor as well, where the
// wiki has such an account.
func printsSecondFactor(t *testing.T, output string, target endpoint) {
	printsSteps(t, output, target)
	if target.second != nil && !strings.Contains(output, "ok second factor\n") {
		t.Errorf("the step with a second factor is missing from %q", output)
	}
}

// printsSteps expects a driver to have gone through what all of them do.
func printsSteps(t *testing.T, output string, _ endpoint) {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	done := make(map[string]bool, len(lines))
	for _, line := range lines {
		step, ok := strings.CutPrefix(line, "ok ")
		if !ok {
			t.Errorf("printed %q", line)
		}
		done[strings.TrimSpace(step)] = true
	}
	for _, step := range []string{
		"log in", "who am I", "csrf token", "assert=user",
		"wrong password", "log out", "anonymous afterwards",
	} {
		if !done[step] {
			t.Errorf("step %q is missing from %q", step, output)
		}
	}
}
