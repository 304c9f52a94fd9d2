package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/memory"
)

// kept is a service with the accounts Alice, in sysop and in a group that does
// not exist any more, and Bob.
func kept(t *testing.T) (*account.Service, *memory.Store) {
	t.Helper()
	s, store := newService()
	for _, name := range []string{"Alice", "Bob"} {
		if _, err := s.Create(t.Context(), account.CreateRequest{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	alice, err := s.Find(t.Context(), "Alice")
	if err == nil {
		err = s.Store.SetGroups(t.Context(), alice.ID, []account.Membership{{Group: "sysop"}, {Group: "gone"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, store
}

// lastEvent is the newest event of the trail.
func lastEvent(t *testing.T, store *memory.Store) audit.Event {
	t.Helper()
	rows, err := store.Audit().List(t.Context(), audit.Filter{Limit: 1})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%+v, %v", rows, err)
	}
	return rows[0].Event
}

// accepted stands for no error.
const accepted fail.Kind = 255

func TestChangeGroups(t *testing.T) {
	for name, c := range map[string]struct {
		change account.GroupChange
		want   string
		kind   fail.Kind
	}{
		"add":               {account.GroupChange{Add: []string{"bot"}}, "sysop gone bot", accepted},
		"add twice":         {account.GroupChange{Add: []string{"bot", "bot"}}, "sysop gone bot", accepted},
		"remove":            {account.GroupChange{Remove: []string{"sysop"}}, "gone", accepted},
		"remove left over":  {account.GroupChange{Remove: []string{"gone"}}, "sysop", accepted},
		"remove and add":    {account.GroupChange{Remove: []string{"sysop"}, Add: []string{"bot"}}, "gone bot", accepted},
		"remove, not in it": {account.GroupChange{Remove: []string{"bot"}}, "sysop gone", accepted},
		"replace":           {account.GroupChange{Replace: true, Add: []string{"bot"}}, "bot", accepted},
		"replace by none":   {account.GroupChange{Replace: true}, "", accepted},
		"unknown":           {account.GroupChange{Add: []string{"gone"}}, "sysop gone", fail.Invalid},
		"remove unknown":    {account.GroupChange{Remove: []string{"typo"}}, "sysop gone", fail.Invalid},
		"both":              {account.GroupChange{Remove: []string{"bot"}, Add: []string{"bot"}}, "sysop gone", fail.Invalid},
		"past":              {account.GroupChange{Add: []string{"bot"}, Until: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}, "sysop gone", fail.Invalid},
	} {
		s, _ := kept(t)
		_, err := s.ChangeGroups(t.Context(), "alice", c.change)
		if c.kind == accepted && err != nil || c.kind != accepted && !fail.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		a, err := s.Find(t.Context(), "Alice")
		if got := strings.Join(a.ExplicitGroups(s.Clock.Now()), " "); err != nil || got != c.want {
			t.Errorf("%s: the groups are %q, want %q (%v)", name, got, c.want, err)
		}
	}
}

func TestGroupsEnd(t *testing.T) {
	s, store := kept(t)
	until := s.Clock.Now().Add(time.Hour)
	a, err := s.ChangeGroups(t.Context(), "Bob", account.GroupChange{Add: []string{"bot"}, Until: until})
	if err != nil || len(a.ExplicitGroups(until.Add(-time.Second))) != 1 || len(a.ExplicitGroups(until)) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	if e := lastEvent(t, store); e.Kind != audit.AccountGroups || e.Name != "Bob" || e.Detail("added") != "bot" || e.Detail("until") == "" {
		t.Errorf("the event is %+v", e)
	}
}

func TestBlock(t *testing.T) {
	s, store := kept(t)
	now := s.Clock.Now()
	a, err := s.Block(t.Context(), "Bob", account.BlockRequest{Reason: " Because ", By: "alice", Expires: now.Add(time.Hour)})
	if err != nil || a.Block == nil || a.Block.By != "Alice" || a.Block.ByID == 0 || a.Block.Reason != "Because" || !a.Block.NoCreate ||
		!a.Block.Active(now) || a.Block.Active(now.Add(time.Hour)) {
		t.Errorf("%+v, %v", a.Block, err)
	}
	if a, err = s.Block(t.Context(), "Bob", account.BlockRequest{}); err != nil || a.Block.By != account.ScriptUser || a.Block.ByID != 0 || !a.Block.Expires.IsZero() {
		t.Errorf("%+v, %v", a.Block, err)
	}
	if e := lastEvent(t, store); e.Kind != audit.AccountBlock || e.Account != int64(a.ID) || e.Detail("by") != account.ScriptUser {
		t.Errorf("the event is %+v", e)
	}
	if a, err = s.Unblock(t.Context(), "Bob"); err != nil || a.Block != nil || lastEvent(t, store).Kind != audit.AccountUnblock {
		t.Errorf("%+v, %v", a.Block, err)
	}
	if _, err = s.Unblock(t.Context(), "Bob"); !fail.Is(err, fail.NotFound) {
		t.Errorf("a second time: %v", err)
	}
}

func TestLockIsDoneOnce(t *testing.T) {
	s, store := kept(t)
	before, _ := s.Find(t.Context(), "Bob")
	locked, err := s.Lock(t.Context(), "bob")
	if err != nil || !locked.Locked || locked.Token.Equal(before.Token) || lastEvent(t, store).Kind != audit.AccountLock {
		t.Errorf("%+v, %v", locked, err)
	}
	if again, err := s.Lock(t.Context(), "bob"); err != nil || !again.Token.Equal(locked.Token) {
		t.Errorf("a second time: %+v, %v", again, err)
	}
	open, err := s.Unlock(t.Context(), "bob")
	if err != nil || open.Locked || open.Token.Equal(before.Token) || lastEvent(t, store).Kind != audit.AccountUnlock {
		t.Errorf("%+v, %v", open, err)
	}
}

func TestRename(t *testing.T) {
	s, store := kept(t)
	before, _ := s.Find(t.Context(), "Bob")
	a, err := s.Rename(t.Context(), "bob", "robert_B")
	if err != nil || a.Name.String() != "Robert B" || a.ID != before.ID || a.Token.Equal(before.Token) {
		t.Errorf("%+v, %v", a, err)
	}
	if e := lastEvent(t, store); e.Kind != audit.AccountRename || e.Name != "Bob" || e.Detail("to") != "Robert B" {
		t.Errorf("the event is %+v", e)
	}
	for to, kind := range map[string]fail.Kind{
		"Alice": fail.Conflict, "alice": fail.Conflict, "Robert B": fail.Invalid, "a#b": fail.Invalid,
		"127.0.0.1": fail.Invalid, "Unknown user": fail.Invalid, "a@b": fail.Invalid, "": fail.Invalid,
	} {
		if _, err := s.Rename(t.Context(), "Robert B", to); !fail.Is(err, kind) {
			t.Errorf("to %q: %v", to, err)
		}
	}
}

func TestDelete(t *testing.T) {
	s, store := kept(t)
	a, err := s.Delete(t.Context(), "bob")
	if err != nil || a.Name.String() != "Bob" {
		t.Fatalf("%+v, %v", a, err)
	}
	if e := lastEvent(t, store); e.Kind != audit.AccountDelete || e.Name != "Bob" || e.Account != int64(a.ID) {
		t.Errorf("the event is %+v", e)
	}
	again, err := s.Create(t.Context(), account.CreateRequest{Name: "Bob"})
	if err != nil || again.ID <= a.ID {
		t.Errorf("the next Bob is %+v, %v", again, err)
	}
}

func TestNobodyCannotBeChanged(t *testing.T) {
	s, _ := kept(t)
	for name, change := range map[string]func() error{
		"groups":  func() error { _, err := s.ChangeGroups(t.Context(), "Nobody", account.GroupChange{}); return err },
		"block":   func() error { _, err := s.Block(t.Context(), "Nobody", account.BlockRequest{}); return err },
		"by":      func() error { _, err := s.Block(t.Context(), "Bob", account.BlockRequest{By: "Nobody"}); return err },
		"unblock": func() error { _, err := s.Unblock(t.Context(), "Nobody"); return err },
		"lock":    func() error { _, err := s.Lock(t.Context(), "Nobody"); return err },
		"unlock":  func() error { _, err := s.Unlock(t.Context(), "Nobody"); return err },
		"rename":  func() error { _, err := s.Rename(t.Context(), "Nobody", "New"); return err },
		"delete":  func() error { _, err := s.Delete(t.Context(), "Nobody"); return err },
	} {
		if err := change(); !fail.Is(err, fail.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := account.BlockRequest{Reason: strings.Repeat("a", account.MaxReason+1)}
	for _, r := range []account.BlockRequest{long, {Reason: "a\nb"}, {Expires: s.Clock.Now()}} {
		if _, err := s.Block(t.Context(), "Bob", r); !fail.Is(err, fail.Invalid) {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
