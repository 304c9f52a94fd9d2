package diff

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/wikigate/wikigate/conformance"
)

func somePool(rest time.Duration) *Pool {
	return newPool("second", "many", rest, conformance.Accounts{Users: map[string]conformance.User{
		"many0": {Name: "A"}, "many1": {Name: "B"}, "alice": {Name: "C"},
	}})
}

func TestPoolLendsEachAccountOnce(t *testing.T) {
	p := somePool(time.Hour)
	for _, want := range []string{"A", "B"} {
		u, err := p.lend(t.Context())
		must(t, err)
		if u.Name != want {
			t.Errorf("lent %s, expected %s", u.Name, want)
		}
	}
	if _, err := p.lend(t.Context()); !errors.Is(err, errNoAccount) {
		t.Errorf("lent a third account: %v", err)
	}
}

func TestPoolLetsAccountsRest(t *testing.T) {
	p := somePool(time.Hour)
	for range 2 {
		u, err := p.lend(t.Context())
		must(t, err)
		p.back(u, 0, true)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if u, err := p.lend(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("lent %s, which rests: %v", u.Name, err)
	}
}

func TestPoolKeepsWhatIsUsedUp(t *testing.T) {
	p := somePool(0)
	a, err := p.lend(t.Context())
	must(t, err)
	b, err := p.lend(t.Context())
	must(t, err)
	p.back(a, 0, true)
	p.back(b, 0, false)
	again, err := p.lend(t.Context())
	must(t, err)
	if again.Name != b.Name {
		t.Errorf("lent %s, on which a login has passed", again.Name)
	}
	if _, err := p.lend(t.Context()); !errors.Is(err, errNoAccount) {
		t.Errorf("lent another account: %v", err)
	}
}

func TestPoolIsAskedOnlyByThoseWhoNameIt(t *testing.T) {
	p := somePool(0)
	for target, want := range map[string][]string{
		"?username={{second.name}}":                             {"second"},
		"?username={{second12.name}}&a={{totp second.totp}}&b=": {"second", "second12"},
		"?username=seconds":                                     nil,
	} {
		s := &Sequence{Steps: []conformance.Step{{Request: &conformance.Request{Target: target}}}}
		if got := p.wanted(s); !slices.Equal(got, want) {
			t.Errorf("%s wants %q, expected %q", target, got, want)
		}
	}
}
