package storetest

import (
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/username"
)

func accountTests() []test {
	return []test{
		{"Create and read", testAccountCreate},
		{"times are kept to the microsecond", testAccountTimes},
		{"not found", testAccountNotFound},
		{"a taken name", testAccountTaken},
		{"names compare by bytes", testAccountNames},
		{"List", testAccountList},
		{"groups", testAccountGroups},
		{"a group twice", testAccountGroupTwice},
		{"block", testAccountBlock},
		{"lock and token", testAccountLock},
		{"what is returned is the caller's", testAccountAliases},
		{"parallel Create of one name", testAccountParallelCreate},
		{"parallel Create of many names", testAccountParallelNames},
	}
}

func testAccountCreate(w *world) {
	n := account.New{
		Name: name("Anna"), RealName: "Änna O'Hara", Email: "anna@example.org", Groups: []string{"sysop", "bot"},
		PasswordHash: "hash", Token: secret.New(hex32("t")), Registered: w.now, EditCount: 1 << 40,
	}
	a, err := w.Accounts.Create(w.ctx, n)
	w.must(err)
	want := account.Account{
		ID: a.ID, Name: n.Name, RealName: n.RealName, Email: n.Email, Registered: w.now,
		Groups: []account.Membership{{Group: "sysop"}, {Group: "bot"}}, Token: n.Token, EditCount: n.EditCount,
	}
	if a.ID <= 0 || a.ID == w.neighbour.ID || !reflect.DeepEqual(a, want) {
		w.Errorf("Create gave %+v, want %+v", a, want)
	}
	byName, found, err := w.Accounts.ByName(w.ctx, n.Name)
	w.must(err)
	if !found || !reflect.DeepEqual(byName, want) {
		w.Errorf("ByName gave %+v, want %+v", byName, want)
	}
	if byID := w.byID(a.ID); !reflect.DeepEqual(byID, want) {
		w.Errorf("ByID gave %+v, want %+v", byID, want)
	}
}

func testAccountTimes(w *world) {
	odd := w.now.Add(789).In(time.FixedZone("", 3600))
	a, err := w.Accounts.Create(w.ctx, account.New{Name: name("Anna"), Registered: odd})
	w.must(err)
	if !a.Registered.Equal(w.now) || a.Registered.Location() != time.UTC {
		w.Errorf("registered %v, want %v", a.Registered, w.now)
	}
	if again := w.byID(a.ID); !reflect.DeepEqual(again, a) {
		w.Errorf("ByID gave %+v, Create %+v", again, a)
	}
}

func testAccountNotFound(w *world) {
	for _, n := range []string{"Nobody", "", "neighbour", "Neighbour "} {
		_, found, err := w.Accounts.ByName(w.ctx, name(n))
		w.must(err)
		if found {
			w.Errorf("ByName found %q", n)
		}
	}
	for _, id := range []account.ID{0, -1, w.neighbour.ID + 1, 1 << 62} {
		_, found, err := w.Accounts.ByID(w.ctx, id)
		w.must(err)
		if found {
			w.Errorf("ByID found %d", id)
		}
		w.refused(w.Accounts.SetGroups(w.ctx, id, nil), fail.NotFound)
		w.refused(w.Accounts.SetGroups(w.ctx, id, []account.Membership{{Group: "bot"}}), fail.NotFound)
		w.refused(w.Accounts.SetLocked(w.ctx, id, true), fail.NotFound)
		w.refused(w.Accounts.SetBlock(w.ctx, id, nil), fail.NotFound)
		w.refused(w.Accounts.SetBlock(w.ctx, id, &account.Block{}), fail.NotFound)
		w.refused(w.Accounts.SetToken(w.ctx, id, secret.New("t")), fail.NotFound)
	}
}

func testAccountTaken(w *world) {
	_, err := w.Accounts.Create(w.ctx, account.New{Name: w.neighbour.Name, RealName: "Impostor", Groups: []string{"sysop"}})
	w.refused(err, fail.Conflict)
	r, _, err := w.Credentials.Password(w.ctx, w.neighbour.Name)
	w.must(err)
	if r.Hash != "hash of Neighbour" {
		w.Errorf("the refused Create changed the hash to %q", r.Hash)
	}
}

func testAccountNames(w *world) {
	ids := map[string]account.ID{}
	for _, n := range oddTexts() {
		ids[n] = w.account(n).ID
	}
	for n, id := range ids {
		a, found, err := w.Accounts.ByName(w.ctx, name(n))
		w.must(err)
		if !found || a.ID != id || a.Name != name(n) {
			w.Errorf("ByName(%q) gave %d %q, want %d", n, a.ID, a.Name, id)
		}
	}
}

func testAccountList(w *world) {
	for _, n := range []string{"Bob", "Anna", "Ann", "Annä", "Annb", "anna", "Zoë", "用户", "😀", "\U0010fffd1"} {
		w.account(n, "one", "two")
	}
	for _, c := range []struct {
		p    account.Page
		want []string
	}{
		{account.Page{Limit: 99}, []string{"Ann", "Anna", "Annb", "Annä", "Bob", "Neighbour", "Zoë", "anna", "用户", "😀", "\U0010fffd1"}},
		{account.Page{Limit: 2}, []string{"Ann", "Anna"}},
		{account.Page{}, nil},
		{account.Page{From: "Anna", Limit: 3}, []string{"Anna", "Annb", "Annä"}},
		{account.Page{From: "Annaa", Limit: 1}, []string{"Annb"}},
		{account.Page{Prefix: "Ann", Limit: 99}, []string{"Ann", "Anna", "Annb", "Annä"}},
		{account.Page{Prefix: "Ann", From: "Annb", Limit: 99}, []string{"Annb", "Annä"}},
		{account.Page{Prefix: "Ann", From: "B", Limit: 99}, nil},
		{account.Page{Prefix: "B", From: "A", Limit: 99}, []string{"Bob"}},
		{account.Page{Prefix: "\U0010fffd", Limit: 99}, []string{"\U0010fffd1"}},
		{account.Page{Prefix: "\U0010ffff", Limit: 99}, nil},
		{account.Page{Prefix: "%", Limit: 99}, nil},
		{account.Page{From: "\U0010ffff", Limit: 99}, nil},
	} {
		list, err := w.Accounts.List(w.ctx, c.p)
		w.must(err)
		var got []string
		for _, a := range list {
			got = append(got, a.Name.String())
			if a.ID != w.neighbour.ID && len(a.Groups) != 2 {
				w.Errorf("List: %s has the groups %v", a.Name, a.Groups)
			}
		}
		if !slices.Equal(got, c.want) {
			w.Errorf("List(%+v) gave %q, want %q", c.p, got, c.want)
		}
	}
}

func testAccountGroups(w *world) {
	a := w.account("Anna", "bot")
	for _, groups := range [][]account.Membership{
		{{Group: "sysop", Expires: w.now.Add(time.Hour)}, {Group: "bot"}, {Group: "Bot"}, {Group: "a'b"}},
		{{Group: "sysop"}},
		nil,
		{{Group: "z"}, {Group: "a", Expires: w.now.Add(-time.Hour)}},
		{},
	} {
		w.must(w.Accounts.SetGroups(w.ctx, a.ID, groups))
		got := w.byID(a.ID).Groups
		if len(got) != len(groups) || len(got) > 0 && !reflect.DeepEqual(got, groups) {
			w.Errorf("got groups %+v, want %+v", got, groups)
		}
	}
	w.must(w.Accounts.SetGroups(w.ctx, a.ID, []account.Membership{{Group: "sysop", Expires: w.now}, {Group: "bot"}}))
	got := w.byID(a.ID)
	if g := got.ExplicitGroups(w.now.Add(-time.Microsecond)); !slices.Equal(g, []string{"sysop", "bot"}) {
		w.Errorf("just before the end: %v", g)
	}
	if g := got.ExplicitGroups(w.now); !slices.Equal(g, []string{"bot"}) {
		w.Errorf("at the end: %v", g)
	}
}

func testAccountGroupTwice(w *world) {
	a := w.account("Anna", "bot")
	w.refused(w.Accounts.SetGroups(w.ctx, a.ID, []account.Membership{{Group: "x"}, {Group: "y"}, {Group: "x"}}), fail.Invalid)
	if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
		w.Errorf("after a refusal the account is %+v", got)
	}
	_, err := w.Accounts.Create(w.ctx, account.New{Name: name("Bob"), Groups: []string{"x", "x"}})
	w.refused(err, fail.Invalid)
	if _, found, err := w.Accounts.ByName(w.ctx, name("Bob")); err != nil || found {
		w.Errorf("the refused account exists (%v, %v)", found, err)
	}
}

func testAccountBlock(w *world) {
	a := w.account("Anna")
	full := account.Block{
		By: "Neighbour", ByID: w.neighbour.ID, Reason: "[[spam]] 'n \"eggs\" 😀", Created: w.now,
		Expires: w.now.Add(time.Hour), NoCreate: true, Partial: true, AnonOnly: true,
	}
	seen := map[int64]bool{}
	for _, b := range []account.Block{full, {By: "Nobody"}, full} {
		given := b
		w.must(w.Accounts.SetBlock(w.ctx, a.ID, &given))
		got := w.byID(a.ID).Block
		if got == nil || got.ID <= 0 || seen[got.ID] {
			w.Fatalf("got block %+v, want one with a new id", got)
		}
		seen[got.ID] = true
		b.ID = got.ID
		if *got != b {
			w.Errorf("got block %+v, want %+v", *got, b)
		}
	}
	w.must(w.Accounts.SetBlock(w.ctx, a.ID, nil))
	w.must(w.Accounts.SetBlock(w.ctx, a.ID, nil))
	if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
		w.Errorf("without its block the account is %+v, want %+v", got, a)
	}
}

func testAccountLock(w *world) {
	a := w.account("Anna", "bot")
	for _, locked := range []bool{true, true, false, false} {
		w.must(w.Accounts.SetLocked(w.ctx, a.ID, locked))
		got := w.byID(a.ID)
		a.Locked, a.Token = locked, got.Token
		if !reflect.DeepEqual(got, a) {
			w.Errorf("got %+v, want %+v", got, a)
		}
	}
	for range 2 {
		a.Token = secret.New(hex32("other"))
		w.must(w.Accounts.SetToken(w.ctx, a.ID, a.Token))
		if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
			w.Errorf("got token %q, want %q", got.Token.Reveal(), a.Token.Reveal())
		}
	}
}

func testAccountAliases(w *world) {
	groups := []account.Membership{{Group: "bot"}}
	block := &account.Block{Reason: "r"}
	a := w.account("Anna")
	w.must(w.Accounts.SetGroups(w.ctx, a.ID, groups))
	w.must(w.Accounts.SetBlock(w.ctx, a.ID, block))
	groups[0].Group, block.Reason = "changed", "changed"
	got := w.byID(a.ID)
	got.Groups[0].Group, got.Block.Reason = "changed", "changed"
	if again := w.byID(a.ID); again.Groups[0].Group != "bot" || again.Block.Reason != "r" {
		w.Errorf("the caller's changes reached the store: %+v %+v", again.Groups, again.Block)
	}
}

func testAccountParallelCreate(w *world) {
	var won, lost atomic.Int32
	parallel(50, func(i int) {
		_, err := w.Accounts.Create(w.ctx, account.New{Name: name("Anna"), Groups: []string{"bot"}, Registered: w.now})
		switch {
		case err == nil:
			won.Add(1)
		case fail.Is(err, fail.Conflict):
			lost.Add(1)
		default:
			w.Error(err)
		}
	})
	if won.Load() != 1 || lost.Load() != 49 {
		w.Errorf("%d won and %d lost, want 1 and 49", won.Load(), lost.Load())
	}
	a, found, err := w.Accounts.ByName(w.ctx, name("Anna"))
	if err != nil || !found || len(a.Groups) != 1 {
		w.Errorf("got %+v, %v, %v", a, found, err)
	}
}

func testAccountParallelNames(w *world) {
	ids := make([]account.ID, 50)
	names := make([]username.Name, 50)
	parallel(50, func(i int) {
		names[i] = name(hex32(string(rune('0' + i))))
		a, err := w.Accounts.Create(w.ctx, account.New{Name: names[i]})
		if err != nil {
			w.Error(err)
		}
		ids[i] = a.ID
	})
	for i, n := range names {
		if a, found, err := w.Accounts.ByName(w.ctx, n); err != nil || !found || a.ID != ids[i] {
			w.Errorf("%s has the id %d (%v, %v), Create said %d", n, a.ID, found, err, ids[i])
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 50 {
		w.Errorf("ids are given twice: %v", ids)
	}
}
