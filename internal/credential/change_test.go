package credential_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/username"
)

func result(t *testing.T, s *credential.Service, name, password string, want credential.Result) credential.Outcome {
	t.Helper()
	out := login(t, s, name, password)
	if out.Result != want {
		t.Errorf("login of %s by %q: %v, want %v", name, password, out.Result, want)
	}
	return out
}

func find(t *testing.T, store *memory.Store, name string) account.Account {
	t.Helper()
	a, found, err := store.Accounts().ByName(t.Context(), username.FromStore(name))
	if err != nil || !found {
		t.Fatal(found, err)
	}
	return a
}

func TestChangeReplacesAllThatTheOldPasswordGave(t *testing.T) {
	s, store, _ := newService(t)
	before := find(t, store, "Alice")
	bot := botpassword.BotPassword{Owner: before.ID, App: "app", Hash: ":fast:x", Stamp: "old", Restrictions: grant.Unrestricted()}
	if err := store.BotPasswords().Create(t.Context(), bot); err != nil {
		t.Fatal(err)
	}
	temporary, err := s.IssueTemporary(t.Context(), "alice", false)
	if err != nil {
		t.Fatal(err)
	}
	if after := find(t, store, "Alice"); !after.Token.Equal(before.Token) {
		t.Error("a temporary password alone ends sessions")
	}
	if a, err := s.Change(t.Context(), "User:alice", secret.New("better")); err != nil || a.Name.String() != "Alice" {
		t.Fatal(a, err)
	}
	result(t, s, "Alice", "right", credential.WrongPassword)
	result(t, s, "Alice", temporary.Password.Reveal(), credential.WrongPassword)
	result(t, s, "Alice", "better", credential.Success)
	if after := find(t, store, "Alice"); after.Token.Equal(before.Token) || len(after.Token.Reveal()) != 32 {
		t.Error("the token is the old one")
	}
	found, err := store.BotPasswords().Find(t.Context(), before.Name, "app")
	if err != nil || found.Hash != "" || found.Stamp == "old" || len(found.Stamp) != 32 {
		t.Errorf("%+v %v", found, err)
	}
}

func TestChangeAsksThePolicyOfTheGroups(t *testing.T) {
	s, store, _ := newService(t)
	s.Policy = policy.Rules{Default: policy.Policy{MinLength: 3}, Groups: map[string]policy.Policy{"bot": {MinLength: 6}}}
	change := func(password string) error {
		_, err := s.Change(t.Context(), "Alice", secret.New(password))
		return err
	}
	if err := change("12345"); err != nil {
		t.Error(err)
	}
	if err := store.Accounts().SetGroups(t.Context(), find(t, store, "Alice").ID, []account.Membership{{Group: "bot", Expires: start.Add(time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	if err := change("54321"); !fail.Is(err, fail.Invalid) || !strings.Contains(err.Error(), policy.TooShort) || strings.Contains(err.Error(), "54321") {
		t.Error(err)
	}
	result(t, s, "Alice", "12345", credential.Success)
	s.Clock.(*clock.Settable).Advance(time.Hour)
	if err := change("54321"); err != nil {
		t.Errorf("after the membership has ended: %v", err)
	}
}

func TestNobodysPasswordCannotBeChanged(t *testing.T) {
	s, _, _ := newService(t)
	for name, kind := range map[string]fail.Kind{"Nobody": fail.NotFound, "a#b": fail.Invalid} {
		_, changed := s.Change(t.Context(), name, secret.New("long enough"))
		_, invalidated := s.Invalidate(t.Context(), name)
		_, issued := s.IssueTemporary(t.Context(), name, true)
		for _, err := range []error{changed, invalidated, issued} {
			if !fail.Is(err, kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestInvalidPasswordsNeverLogIn(t *testing.T) {
	s, store, _ := newService(t)
	before := find(t, store, "Alice")
	if _, err := s.Invalidate(t.Context(), "Alice"); err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"right", ":null:", "*"} {
		result(t, s, "Alice", password, credential.WrongPassword)
	}
	if after := find(t, store, "Alice"); after.Token.Equal(before.Token) {
		t.Error("the token is the old one")
	}
	if _, err := s.Change(t.Context(), "Alice", secret.New("again")); err != nil {
		t.Fatal(err)
	}
	result(t, s, "Alice", "again", credential.Success)
}

func TestTemporaryPasswordAsksForAnotherOne(t *testing.T) {
	s, _, hasher := newService(t)
	s.Policy = policy.Rules{Default: policy.Policy{MinLength: 100}, OnLogin: policy.Ignore}
	issued, err := s.IssueTemporary(t.Context(), "alice", false)
	if err != nil || !issued.Expires.Equal(start.Add(time.Hour)) || issued.Account.Name.String() != "Alice" {
		t.Fatalf("%+v %v", issued, err)
	}
	plain := issued.Password.Reveal()
	if !regexp.MustCompile(`^[0-9a-v]{16}$`).MatchString(plain) {
		t.Errorf("the password has the form %q", plain)
	}
	for range 2 { // it is not used up
		if out := result(t, s, "Alice", plain, credential.ChangeFirst); out.Change != policy.Force || out.Account.Name.String() != "Alice" {
			t.Errorf("%+v", out)
		}
	}
	result(t, s, "Alice", "right", credential.Success)
	result(t, s, "Alice", strings.ToUpper(plain), credential.WrongPassword)
	again, err := s.IssueTemporary(t.Context(), "Alice", false)
	if err != nil || again.Password.Equal(issued.Password) {
		t.Fatal(err)
	}
	result(t, s, "Alice", plain, credential.WrongPassword)
	s.Clock.(*clock.Settable).Advance(time.Hour - time.Second)
	result(t, s, "Alice", again.Password.Reveal(), credential.ChangeFirst)
	s.Clock.(*clock.Settable).Advance(time.Second)
	result(t, s, "Alice", again.Password.Reveal(), credential.WrongPassword)
	if hasher.verified == "" {
		t.Error("the own password was not looked at")
	}
}

func TestTemporaryPasswordInPlaceOfAnInvalidOne(t *testing.T) {
	s, store, _ := newService(t)
	before := find(t, store, "Alice")
	issued, err := s.IssueTemporary(t.Context(), "Alice", true)
	if err != nil {
		t.Fatal(err)
	}
	result(t, s, "Alice", "right", credential.WrongPassword)
	result(t, s, "Alice", issued.Password.Reveal(), credential.ChangeFirst)
	if after := find(t, store, "Alice"); after.Token.Equal(before.Token) {
		t.Error("the token is the old one")
	}
}

func TestLockedAccountsHaveNoTemporaryPasswordEither(t *testing.T) {
	s, _, _ := newService(t)
	issued, err := s.IssueTemporary(t.Context(), "Locked", false)
	if err != nil {
		t.Fatal(err)
	}
	result(t, s, "Locked", issued.Password.Reveal(), credential.WrongPassword)
}

func TestLoginJudgesARightPasswordByThePolicyOfNow(t *testing.T) {
	for name, c := range map[string]struct {
		rules  policy.Rules
		want   credential.Result
		change policy.Reaction
	}{
		"good":        {policy.Rules{Default: policy.Policy{MinLength: 5}, OnLogin: policy.Force}, credential.Success, policy.Ignore},
		"ignored":     {policy.Rules{Default: policy.Policy{MinLength: 6}}, credential.Success, policy.Ignore},
		"suggested":   {policy.Rules{Default: policy.Policy{MinLength: 6}, OnLogin: policy.Suggest}, credential.ChangeFirst, policy.Suggest},
		"forced":      {policy.Rules{Default: policy.Policy{MinLength: 6}, OnLogin: policy.Force}, credential.ChangeFirst, policy.Force},
		"other group": {policy.Rules{Groups: map[string]policy.Policy{"bot": {MinLength: 6}}, OnLogin: policy.Force}, credential.Success, policy.Ignore},
		"its group":   {policy.Rules{Groups: map[string]policy.Policy{"sysop": {MinLength: 6}}, OnLogin: policy.Force}, credential.ChangeFirst, policy.Force},
		"fatal":       {policy.Rules{Default: policy.Policy{MinLoginLength: 6}}, credential.TooShort, policy.Ignore},
	} {
		s, store, hasher := newService(t)
		if err := store.Accounts().SetGroups(t.Context(), find(t, store, "Alice").ID, []account.Membership{{Group: "sysop"}}); err != nil {
			t.Fatal(err)
		}
		s.Policy = c.rules
		if out := result(t, s, "Alice", "right", c.want); out.Change != c.change {
			t.Errorf("%s: %+v", name, out)
		}
		if c.want == credential.TooShort {
			if out := result(t, s, "Nobody", "right", c.want); out.Limit != 6 || hasher.computed != 0 {
				t.Errorf("%s: %+v after %d computations", name, out, hasher.computed)
			}
			continue
		}
		result(t, s, "Alice", "wrong", credential.WrongPassword)
	}
}

func TestAChosenPasswordReplacesTheOldOne(t *testing.T) {
	s, store, _ := newService(t)
	s.Policy = policy.Rules{Default: policy.Policy{MinLength: 6, NotInName: true}}
	before := find(t, store, "Alice")
	for password, code := range map[string]string{"short": policy.TooShort, strings.Repeat("a", 4097): policy.TooLong} {
		a, refused, err := s.Choose(t.Context(), before, secret.New(password))
		if err != nil || len(refused) == 0 || refused[0].Code != code || !a.Token.Equal(before.Token) {
			t.Errorf("%.9q: %v, %v", password, refused, err)
		}
	}
	result(t, s, "Alice", "right", credential.Success)
	a, refused, err := s.Choose(t.Context(), before, secret.New("better"))
	if now := find(t, store, "Alice"); err != nil || len(refused) > 0 || a.Token.Equal(before.Token) || !a.Token.Equal(now.Token) {
		t.Errorf("%v, %v: the account is not as it is afterwards", refused, err)
	}
	result(t, s, "Alice", "right", credential.WrongPassword)
	result(t, s, "Alice", "better", credential.Success)
}

// failing is a store that cannot upgrade.
type failing struct{ credential.Store }

func (failing) UpgradePassword(context.Context, account.ID, string, string) error {
	return errors.New("no space left")
}

func TestFailedUpgradeKeepsNobodyOut(t *testing.T) {
	s, _, _ := newService(t)
	s.Store = failing{s.Store}
	result(t, s, "Old", "right", credential.Success)
}

// A password that is replaced while it is being checked must not begin a
// session that outlives the replacement.
func TestSessionOfAReplacedPasswordIsVoid(t *testing.T) {
	s, store, _ := newService(t)
	s.Hasher = slow{s.Hasher, func() {
		if _, err := s.Invalidate(t.Context(), "Alice"); err != nil {
			t.Error(err)
		}
	}}
	out := result(t, s, "Alice", "right", credential.Success)
	if now := find(t, store, "Alice"); out.Account.Token.Equal(now.Token) {
		t.Error("the session would have the new token")
	}
}

// slow lets something happen while a password is checked.
type slow struct {
	credential.Hasher
	meanwhile func()
}

func (h slow) VerifySlowly(ctx context.Context, hash string, p secret.Secret) (ok, upgrade bool, err error) {
	h.meanwhile()
	return h.Hasher.VerifySlowly(ctx, hash, p)
}
