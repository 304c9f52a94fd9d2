package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/username"
)

// plain is a Hasher that tests can read.
type plain struct{}

func (plain) Hash(_ context.Context, p secret.Secret) (string, error) {
	return ":plain:" + p.Reveal(), nil
}

func newService() (*account.Service, *memory.Store) {
	store := memory.New()
	return &account.Service{
		Store: store.Accounts(), Life: store.Lifecycle(), Names: username.NewRules("Wiki", nil), Hasher: plain{},
		Clock:      clock.NewSettable(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)),
		KnownGroup: func(name string) bool { return name == "bot" || name == "sysop" },
	}, store
}

func TestCreateMakesACanonicalAccount(t *testing.T) {
	s, store := newService()
	a, err := s.Create(t.Context(), account.CreateRequest{
		Name: " william_the_bot ", Password: secret.New("pw"), Groups: []string{"sysop", "bot", "sysop"}, Email: "w@example.org",
	})
	if err != nil || a.Name.String() != "William the bot" || len(a.Token.Reveal()) != 32 {
		t.Fatalf("%+v %v", a, err)
	}
	if groups := a.ExplicitGroups(time.Now()); strings.Join(groups, ",") != "bot,sysop" {
		t.Errorf("groups %v", groups)
	}
	row, found, err := store.Credentials().Password(t.Context(), a.Name)
	if err != nil || !found || row.Hash != ":plain:pw" {
		t.Errorf("%+v %v %v", row, found, err)
	}
	if again, err := s.Find(t.Context(), "User:William the bot"); err != nil || again.ID != a.ID {
		t.Errorf("%+v %v", again, err)
	}
}

func TestCreateRefuses(t *testing.T) {
	s, _ := newService()
	if _, err := s.Create(t.Context(), account.CreateRequest{Name: "Taken"}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		r    account.CreateRequest
		kind fail.Kind
	}{
		"taken":            {account.CreateRequest{Name: "taken"}, fail.Conflict},
		"invalid":          {account.CreateRequest{Name: "a#b"}, fail.Invalid},
		"address":          {account.CreateRequest{Name: "192.0.2.1"}, fail.Invalid},
		"reserved":         {account.CreateRequest{Name: "Unknown user"}, fail.Invalid},
		"with a separator": {account.CreateRequest{Name: "a@b"}, fail.Invalid},
		"too long":         {account.CreateRequest{Name: strings.Repeat("a", 236)}, fail.Invalid},
		"unknown group":    {account.CreateRequest{Name: "New", Groups: []string{"kings"}}, fail.Invalid},
		"bad address":      {account.CreateRequest{Name: "New", Email: "nowhere"}, fail.Invalid},
		"header in mail":   {account.CreateRequest{Name: "New", Email: "a@b\r\nBcc: c@d"}, fail.Invalid},
		"long password":    {account.CreateRequest{Name: "New", Password: secret.New(strings.Repeat("a", 4097))}, fail.Invalid},
	} {
		if _, err := s.Create(t.Context(), c.r); !fail.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFindTellsWhatIsMissing(t *testing.T) {
	s, _ := newService()
	if _, err := s.Find(t.Context(), "Nobody"); !fail.Is(err, fail.NotFound) {
		t.Error(err)
	}
	if _, err := s.Find(t.Context(), "a|b"); !fail.Is(err, fail.Invalid) {
		t.Error(err)
	}
}
