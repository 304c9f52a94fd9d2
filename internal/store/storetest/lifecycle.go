package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
)

func lifecycleTests() []test {
	return []test{
		{"a lock ends all sessions for good", testLockEnds},
		{"AlterGroups", testAlterGroups},
		{"parallel AlterGroups lose nothing", testAlterGroupsParallel},
		{"Rename", testRename},
		{"Rename to a taken name", testRenameTaken},
		{"parallel Rename to one name", testRenameParallel},
		{"Delete", testDelete},
		{"Delete of an account in use", testDeleteParallel},
		{"ConfirmEmail", testConfirmEmail},
		{"unknown ids", testLifecycleNotFound},
		{"events", testLifecycleEvents},
	}
}

// loggedIn is an account with a session, and a bot password with one.
type loggedIn struct {
	account.Account
	bots []botpassword.BotPassword
	rows []session.Row
}

func (w *world) loggedIn(s string) loggedIn {
	w.Helper()
	l := loggedIn{Account: w.account(s, "bot")}
	l.bots = append(l.bots, w.bot(l.ID, "app"), w.bot(l.ID, "other"))
	l.rows = append(l.rows, w.put(s, l.ID), w.session(s+" bot", session.KindBot, l.ID, "app"))
	w.must(w.Sessions.Put(w.ctx, l.rows[1]))
	return l
}

// out demands that nothing from before counts any more: the rows are gone, and
// one that a login made with what it had read before has another token, and
// another stamp, than its owner.
func (w *world) out(l loggedIn) {
	w.Helper()
	for _, r := range l.rows {
		w.get(r.ID, w.now, false)
		w.must(w.Sessions.Put(w.ctx, r))
		_, o := w.get(r.ID, w.now, true)
		if o.Found && (o.Token == l.Token.Reveal() || len(o.Token) != 32) {
			w.Errorf("after the end the token is %q", o.Token)
		}
		for _, b := range l.bots {
			if o.Bot != nil && (o.Bot.Stamp == b.Stamp || len(o.Bot.Stamp) != 32) {
				w.Errorf("after the end the stamp is %q", o.Bot.Stamp)
			}
		}
	}
	w.get(w.neighbourSession.ID, w.now, true)
}

func testLockEnds(w *world) {
	l := w.loggedIn("Anna")
	for _, locked := range []bool{true, true, false, false} {
		w.must(w.Accounts.SetLocked(w.ctx, l.ID, locked))
		w.out(l)
		l.Token = w.byID(l.ID).Token
		f, err := w.BotPasswords.Find(w.ctx, l.Name, "app")
		w.must(err)
		if f.OwnerLocked != locked || f.Hash != l.bots[0].Hash {
			w.Errorf("the bot password is %+v", f)
		}
		l.bots[0].Stamp = f.Stamp
		for _, r := range l.rows {
			w.must(w.Sessions.Put(w.ctx, r))
		}
	}
}

func testAlterGroups(w *world) {
	a := w.account("Anna", "a", "b", "c")
	soon := w.now.Add(time.Hour)
	for _, c := range []struct {
		remove []string
		add    []account.Membership
		want   string
	}{
		{nil, nil, "a b c"},
		{[]string{"b", "missing", "b"}, []account.Membership{{Group: "z"}}, "a c z"},
		{nil, []account.Membership{{Group: "a", Expires: soon}, {Group: "d"}}, "a+ c z d"},
		{[]string{"a", "c"}, []account.Membership{{Group: "a"}}, "z d a"},
		{[]string{"z", "d", "a"}, nil, ""},
	} {
		w.must(w.Lifecycle.AlterGroups(w.ctx, a.ID, c.remove, c.add))
		if got := groupsText(w.byID(a.ID), soon); got != c.want {
			w.Errorf("without %v and with %v: %q, want %q", c.remove, c.add, got, c.want)
		}
	}
	twice := []account.Membership{{Group: "x"}, {Group: "x"}}
	w.refused(w.Lifecycle.AlterGroups(w.ctx, a.ID, nil, twice), fail.Invalid)
	if got := w.byID(a.ID); len(got.Groups) != 0 {
		w.Errorf("a refused change left %+v", got.Groups)
	}
}

// groupsText names the groups, with a plus behind those that end at soon.
func groupsText(a account.Account, soon time.Time) string {
	text := ""
	for i, m := range a.Groups {
		if i > 0 {
			text += " "
		}
		text += m.Group
		if m.Expires.Equal(soon) {
			text += "+"
		}
	}
	return text
}

func testAlterGroupsParallel(w *world) {
	a := w.account("Anna")
	parallel(20, func(i int) {
		if err := w.Lifecycle.AlterGroups(w.ctx, a.ID, nil, []account.Membership{{Group: strconv.Itoa(i)}}); err != nil {
			w.Error(err)
		}
	})
	if got := w.byID(a.ID); len(got.Groups) != 20 {
		w.Errorf("20 additions left %d groups: %+v", len(got.Groups), got.Groups)
	}
}

func testRename(w *world) {
	l := w.loggedIn("Anna")
	w.must(w.Lifecycle.Rename(w.ctx, l.ID, name("Änna B")))
	w.out(l)
	got := w.byID(l.ID)
	want := l.Account
	want.Name, want.Token = name("Änna B"), got.Token
	if !reflect.DeepEqual(got, want) {
		w.Errorf("the account is %+v, want %+v", got, want)
	}
	if _, found, err := w.Accounts.ByName(w.ctx, l.Name); err != nil || found {
		w.Errorf("the old name: %v, %v", found, err)
	}
	f, err := w.BotPasswords.Find(w.ctx, got.Name, "app")
	w.must(err)
	if !f.AppFound || f.Hash != l.bots[0].Hash || f.Owner != l.ID {
		w.Errorf("the bot password is %+v", f)
	}
	row, found, err := w.Credentials.Password(w.ctx, got.Name)
	if err != nil || !found || row.Hash != "hash of Anna" {
		w.Errorf("the password is %+v, %v, %v", row, found, err)
	}
	page, err := w.Directory.Page(w.ctx, account.Range{InGroups: []string{"bot"}, Now: w.now, From: "Än", Limit: 9})
	if err != nil || len(page) != 1 || page[0].ID != l.ID {
		w.Errorf("members by name: %+v, %v", page, err)
	}
	w.must(w.Lifecycle.Rename(w.ctx, l.ID, name("Anna")))
	w.must(w.Lifecycle.Rename(w.ctx, l.ID, name("Anna")))
	w.out(l)
}

func testRenameTaken(w *world) {
	l := w.loggedIn("Anna")
	w.refused(w.Lifecycle.Rename(w.ctx, l.ID, w.neighbour.Name), fail.Conflict)
	if got := w.byID(l.ID); !reflect.DeepEqual(got, l.Account) {
		w.Errorf("the account is %+v, want %+v", got, l.Account)
	}
	for _, r := range l.rows {
		w.get(r.ID, w.now, true)
	}
}

func testRenameParallel(w *world) {
	var ids []account.ID
	for i := range 10 {
		ids = append(ids, w.account(fmt.Sprint("User", i)).ID)
	}
	var won atomic.Int32
	parallel(len(ids), func(i int) {
		switch err := w.Lifecycle.Rename(w.ctx, ids[i], name("Anna")); {
		case err == nil:
			won.Add(1)
		case !fail.Is(err, fail.Conflict):
			w.Error(err)
		}
	})
	a, found, err := w.Accounts.ByName(w.ctx, name("Anna"))
	if won.Load() != 1 || err != nil || !found || !slices.Contains(ids, a.ID) {
		w.Errorf("%d won: %+v, %v, %v", won.Load(), a, found, err)
	}
}

func testDelete(w *world) {
	l := w.loggedIn("Anna")
	w.must(w.Accounts.SetBlock(w.ctx, l.ID, &account.Block{Reason: "r"}))
	w.must(w.Lifecycle.Delete(w.ctx, l.ID))
	w.out(l)
	if _, found, err := w.Accounts.ByID(w.ctx, l.ID); err != nil || found {
		w.Errorf("ByID: %v, %v", found, err)
	}
	if _, found, err := w.Credentials.Password(w.ctx, l.Name); err != nil || found {
		w.Errorf("Password: %v, %v", found, err)
	}
	if list, err := w.BotPasswords.List(w.ctx, l.ID); err != nil || len(list) != 0 {
		w.Errorf("bot passwords: %+v, %v", list, err)
	}
	count, err := w.Directory.Count(w.ctx, w.now)
	if err != nil || count.Accounts != 1 || count.InGroup["bot"] != 0 {
		w.Errorf("Count gave %+v, %v", count, err)
	}
	w.refused(w.Lifecycle.Delete(w.ctx, l.ID), fail.NotFound)
	again := w.account("Anna")
	if again.ID <= l.ID || again.Block != nil || len(again.Groups) != 0 {
		w.Errorf("the next account of that name is %+v; the one before had the id %d", again, l.ID)
	}
	f, err := w.BotPasswords.Find(w.ctx, again.Name, "app")
	if err != nil || f.AppFound {
		w.Errorf("the next account has the bot password %+v, %v", f, err)
	}
	for _, r := range l.rows {
		w.must(w.Sessions.Put(w.ctx, r))
		if _, o := w.get(r.ID, w.now, true); o.Found {
			w.Errorf("a session of the deleted account has the owner %+v", o)
		}
	}
}

// Whatever is done to an account while it is deleted, nothing of it is left.
func testDeleteParallel(w *world) {
	a := w.account("Anna")
	b := botpassword.BotPassword{Owner: a.ID, App: "app", Restrictions: grant.Unrestricted()}
	calls := []func() error{
		func() error { return w.Lifecycle.Delete(w.ctx, a.ID) },
		func() error { return w.Lifecycle.Delete(w.ctx, a.ID) },
		func() error { return w.Lifecycle.Rename(w.ctx, a.ID, name("Bob")) },
		func() error { return w.Lifecycle.AlterGroups(w.ctx, a.ID, nil, []account.Membership{{Group: "g"}}) },
		func() error { return w.Accounts.SetLocked(w.ctx, a.ID, true) },
		func() error { return w.Accounts.SetBlock(w.ctx, a.ID, &account.Block{}) },
		func() error { return w.BotPasswords.Create(w.ctx, b) },
	}
	var deleted atomic.Int32
	parallel(len(calls), func(i int) {
		err := calls[i]()
		if err != nil && !fail.Is(err, fail.NotFound) {
			w.Errorf("call %d: %v", i, err)
		}
		if i < 2 && err == nil {
			deleted.Add(1)
		}
	})
	list, err := w.BotPasswords.List(w.ctx, a.ID)
	if deleted.Load() != 1 || err != nil || len(list) != 0 {
		w.Errorf("deleted %d times, left %+v, %v", deleted.Load(), list, err)
	}
	for _, n := range []string{"Anna", "Bob"} {
		if _, found, err := w.Accounts.ByName(w.ctx, name(n)); err != nil || found {
			w.Errorf("%s: %v, %v", n, found, err)
		}
	}
}

func testConfirmEmail(w *world) {
	const address = "anna@home.example"
	a, err := w.Accounts.Create(w.ctx, account.New{Name: name("Anna"), Email: address, Token: secret.New(hex32("a"))})
	w.must(err)
	without := w.account("Bob")
	confirm := func(id account.ID, address string, want bool) {
		w.Helper()
		got, err := w.Lifecycle.ConfirmEmail(w.ctx, id, address, w.now, w.event(audit.EmailConfirm))
		if err != nil || got != want {
			w.Errorf("confirming %q of %d gave %v, %v, want %v", address, id, got, err, want)
		}
	}
	confirm(a.ID, "other@home.example", false)
	confirm(a.ID, "Anna@home.example", false)
	confirm(a.ID, "", false)
	confirm(without.ID, "", false)
	confirm(without.ID, address, false)
	confirm(999, address, false)
	before, _ := w.generation()
	confirm(a.ID, address, true)
	if after, ok := w.generation(); ok && after <= before {
		w.Errorf("the generation went from %d to %d", before, after)
	}
	a.EmailConfirmed = w.now
	if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
		w.Errorf("got %+v, want %+v", got, a)
	}
	confirm(a.ID, address, false) // once only
	if rows := w.trail(); len(rows) != 1 || rows[0].Kind != audit.EmailConfirm {
		w.Errorf("events %+v", rows)
	}
}

func testLifecycleNotFound(w *world) {
	for _, id := range []account.ID{0, w.neighbour.ID + 1} {
		w.refused(w.Lifecycle.AlterGroups(w.ctx, id, nil, nil), fail.NotFound)
		w.refused(w.Lifecycle.Rename(w.ctx, id, name("Anna")), fail.NotFound)
		w.refused(w.Lifecycle.Delete(w.ctx, id), fail.NotFound)
	}
	w.account("Anna")
}

func testLifecycleEvents(w *world) {
	a := w.account("Anna")
	e := w.event(audit.AccountRename)
	w.refused(w.Lifecycle.Rename(w.ctx, a.ID, w.neighbour.Name, e), fail.Conflict)
	w.refused(w.Lifecycle.Delete(w.ctx, a.ID+1, e), fail.NotFound)
	if rows := w.trail(); len(rows) != 0 {
		w.Errorf("changes that were not made left %+v", rows)
	}
	kinds := []audit.Kind{audit.AccountGroups, audit.AccountRename, audit.AccountDelete}
	w.must(w.Lifecycle.AlterGroups(w.ctx, a.ID, nil, nil, w.event(kinds[0])))
	w.must(w.Lifecycle.Rename(w.ctx, a.ID, name("Bob"), w.event(kinds[1])))
	w.must(w.Lifecycle.Delete(w.ctx, a.ID, w.event(kinds[2])))
	rows := w.trail()
	if len(rows) != len(kinds) {
		w.Fatalf("%d events", len(rows))
	}
	for i, r := range rows {
		if r.Kind != kinds[i] {
			w.Errorf("event %d is %+v", i, r)
		}
	}
}
