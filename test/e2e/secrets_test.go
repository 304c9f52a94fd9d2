package e2e

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// secrets are the texts that may never be in a log, with what they are. It is
// safe for concurrent use.
type secrets struct {
	mu   sync.Mutex
	what map[string]string
}

// minSecret keeps texts out that are in every log by chance.
const minSecret = 8

func (s *secrets) keep(what, value string) {
	if len(value) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.what == nil {
		s.what = map[string]string{}
	}
	s.what[value] = what
}

// found names the secrets in a text. It looks the text over once, however many
// secrets there are.
func (s *secrets) found(text string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	beginnings := map[string][]string{}
	for value := range s.what {
		beginnings[value[:minSecret]] = append(beginnings[value[:minSecret]], value)
	}
	found := map[string]bool{}
	for i := range max(0, len(text)-minSecret+1) {
		for _, value := range beginnings[text[i:i+minSecret]] {
			if strings.HasPrefix(text[i:], value) {
				found[s.what[value]+" ("+value+")"] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

var stackTrace = regexp.MustCompile(`(?i)panic|goroutine \d+|\.go:\d+ \+0x|runtime error`)

// checkLog fails the test when a log holds a secret or a trace of a crash.
func checkLog(t testing.TB, log string, s *secrets) {
	t.Helper()
	faults := s.found(log)
	if trace := stackTrace.FindString(log); trace != "" {
		faults = append(faults, "the trace of a crash")
	}
	if faults != nil {
		t.Errorf("the log holds %q:\n%s", faults, tail(log))
	}
}

// tail is the end of a text that may be long.
func tail(text string) string {
	const most = 16 << 10
	if len(text) <= most {
		return text
	}
	return "…" + text[len(text)-most:]
}

func TestN1_SecretsAreFoundInALog(t *testing.T) {
	t.Parallel()
	s := &secrets{}
	s.keep("one", "abcdefgh")
	s.keep("two", "abcdefgh-longer")
	s.keep("three", "elsewhere")
	s.keep("short", "abc")
	if got := s.found("x abcdefgh-longe abcdefg"); !slices.Equal(got, []string{"one (abcdefgh)"}) {
		t.Errorf("got %q", got)
	}
	if got := s.found("abcdefgh-longer"); len(got) != 2 {
		t.Errorf("got %q", got)
	}
	if got := s.found("short"); got != nil {
		t.Errorf("got %q", got)
	}
}
