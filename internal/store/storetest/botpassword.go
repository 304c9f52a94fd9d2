package storetest

import (
	"bytes"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
)

func botPasswordTests() []test {
	return []test{
		{"Create and Find", testBotFind},
		{"a missing owner or app id", testBotMissing},
		{"a taken app id", testBotTaken},
		{"app ids compare by bytes", testBotApps},
		{"long grants and restrictions", testBotLong},
		{"Update", testBotUpdate},
		{"UpgradeHash", testBotUpgradeHash},
		{"Delete", testBotDelete},
		{"List", testBotList},
		{"what is returned is the caller's", testBotAliases},
		{"parallel Create of one app id", testBotParallelCreate},
	}
}

// sameBot reports whether two bot passwords are equal, restrictions by what
// they say.
func sameBot(a, b botpassword.BotPassword) bool {
	same := bytes.Equal(a.Restrictions.JSON(), b.Restrictions.JSON())
	a.Restrictions, b.Restrictions = grant.Restrictions{}, grant.Restrictions{}
	return same && reflect.DeepEqual(a, b)
}

// findBot demands that Find gives want.
func (w *world) findBot(owner account.Account, want botpassword.BotPassword) {
	w.Helper()
	f, err := w.BotPasswords.Find(w.ctx, owner.Name, want.App)
	w.must(err)
	if !f.OwnerFound || f.Owner != owner.ID || f.OwnerName != owner.Name || f.OwnerLocked != owner.Locked {
		w.Errorf("Find gave the owner %+v, want %+v", f, owner)
	}
	if !f.AppFound || !sameBot(f.BotPassword, want) {
		w.Errorf("Find gave %+v, want %+v", f.BotPassword, want)
	}
}

func testBotFind(w *world) {
	a := w.account("Anna")
	b := botpassword.BotPassword{
		Owner: a.ID, App: "app", Hash: "hash", Stamp: hex32("s"), Grants: []string{"z", "basic", `odd "grant"\`, "ä"},
		Restrictions: grant.Unrestricted(), Created: w.now, Expires: w.now.Add(time.Hour),
	}
	w.must(w.BotPasswords.Create(w.ctx, b))
	w.findBot(a, b)
	w.must(w.Accounts.SetLocked(w.ctx, a.ID, true))
	f, err := w.BotPasswords.Find(w.ctx, a.Name, b.App)
	w.must(err)
	a.Locked, b.Stamp = true, f.Stamp
	w.findBot(a, b)

	odd := botpassword.BotPassword{Owner: a.ID, App: "bare", Created: w.now.Add(5), Restrictions: grant.Unrestricted()}
	w.must(w.BotPasswords.Create(w.ctx, odd))
	odd.Created = w.now
	w.findBot(a, odd)
}

func testBotMissing(w *world) {
	a := w.account("Anna")
	for _, app := range []string{"app", "", "App"} {
		f, err := w.BotPasswords.Find(w.ctx, a.Name, app)
		w.must(err)
		if !f.OwnerFound || f.Owner != a.ID || f.OwnerName != a.Name || f.AppFound {
			w.Errorf("Find(Anna, %q) gave %+v", app, f)
		}
	}
	for _, n := range []string{"Nobody", "", "neighbour"} {
		f, err := w.BotPasswords.Find(w.ctx, name(n), "app")
		w.must(err)
		if f.OwnerFound || f.AppFound {
			w.Errorf("Find(%q, app) gave %+v", n, f)
		}
	}
	for _, id := range []account.ID{0, a.ID + 1} {
		b := botpassword.BotPassword{Owner: id, App: "app", Restrictions: grant.Unrestricted()}
		w.refused(w.BotPasswords.Create(w.ctx, b), fail.NotFound)
		w.refused(w.BotPasswords.Update(w.ctx, "", b), fail.NotFound)
		w.must(w.BotPasswords.UpgradeHash(w.ctx, id, "app", "", "new"))
	}
}

func testBotTaken(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	other := b
	other.Hash, other.Stamp, other.Grants = "other", "other", nil
	w.refused(w.BotPasswords.Create(w.ctx, other), fail.Conflict)
	w.findBot(a, b)
}

func testBotApps(w *world) {
	a := w.account("Anna")
	var all []botpassword.BotPassword
	for _, app := range oddTexts() {
		all = append(all, w.bot(a.ID, app))
	}
	for _, b := range all {
		w.findBot(a, b)
		r := w.session("of "+b.App, 2, a.ID, b.App)
		w.must(w.Sessions.Put(w.ctx, r))
		if got, o := w.get(r.ID, w.now, true); got.App != b.App || o.Bot == nil || o.Bot.Stamp != b.Stamp {
			w.Errorf("the session of %q has the app %q and the bot %+v", b.App, got.App, o.Bot)
		}
	}
	for i, b := range all {
		deleted, err := w.BotPasswords.Delete(w.ctx, a.ID, b.App)
		if err != nil || !deleted {
			w.Errorf("Delete(%q): %v, %v", b.App, deleted, err)
		}
		if n, err := w.Sessions.DeleteOwner(w.ctx, a.ID, b.App); err != nil || n != 1 {
			w.Errorf("DeleteOwner(%q): %d, %v", b.App, n, err)
		}
		list, err := w.BotPasswords.List(w.ctx, a.ID)
		if err != nil || len(list) != len(all)-i-1 {
			w.Fatalf("after Delete(%q) %d are left (%v)", b.App, len(list), err)
		}
	}
}

func testBotLong(w *world) {
	a := w.account("Anna")
	b := botpassword.BotPassword{Owner: a.ID, App: "app", Stamp: hex32("s"), Created: w.now}
	text := []byte(`{"IPAddresses":[`)
	for i := 0; len(text) < 65_000; i++ {
		text = fmt.Appendf(text, `"2001:db8:%x::/48",`, i)
		b.Grants = append(b.Grants, fmt.Sprintf("long grant no %d", i))
	}
	text = append(text[:len(text)-1], `]}`...)
	var err error
	b.Restrictions, err = grant.ParseRestrictions(text)
	w.must(err)
	w.must(w.BotPasswords.Create(w.ctx, b))
	w.findBot(a, b)

	r := w.session("long", 2, a.ID, "app")
	w.must(w.Sessions.Put(w.ctx, r))
	_, o := w.get(r.ID, w.now, true)
	if o.Bot == nil || !reflect.DeepEqual(o.Bot.Grants, b.Grants) || !bytes.Equal(o.Bot.Restrictions.JSON(), b.Restrictions.JSON()) {
		w.Error("the session's owner state has lost grants or restrictions")
	}
}

func testBotUpdate(w *world) {
	a := w.account("Anna")
	b, other := w.bot(a.ID, "app"), w.bot(a.ID, "other")
	was := b.Stamp
	b.Hash, b.Stamp, b.Grants, b.Created, b.Expires = "", hex32("new"), []string{"x"}, w.now.Add(time.Hour), w.now.Add(2*time.Hour)
	b.Former = botpassword.Former{Hash: "former", Stamp: was, Ends: w.now.Add(time.Hour)}
	w.must(w.BotPasswords.Update(w.ctx, was, b))
	w.findBot(a, b)
	w.findBot(a, other)
	for _, stale := range []string{was, "", other.Stamp} {
		changed := b
		changed.Hash = "lost"
		w.refused(w.BotPasswords.Update(w.ctx, stale, changed), fail.Conflict)
		w.findBot(a, b)
	}
	b.Expires, b.Former = time.Time{}, botpassword.Former{}
	w.must(w.BotPasswords.Update(w.ctx, b.Stamp, b))
	w.must(w.BotPasswords.Update(w.ctx, b.Stamp, b))
	w.findBot(a, b)
	b.App = "App"
	w.refused(w.BotPasswords.Update(w.ctx, b.Stamp, b), fail.NotFound)
}

func testBotUpgradeHash(w *world) {
	a := w.account("Anna")
	b, other := w.bot(a.ID, "app"), w.bot(a.ID, "other")
	for _, old := range []string{"", "HASH OF APP", "hash of other"} {
		w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "app", old, "new"))
		w.findBot(a, b)
	}
	w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "no such", "hash of app", "new"))
	w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "app", "hash of app", "new"))
	b.Hash = "new"
	w.findBot(a, b)
	w.findBot(a, other)
}

func testBotDelete(w *world) {
	a := w.account("Anna")
	w.bot(a.ID, "app")
	other := w.bot(a.ID, "other")
	for _, want := range []bool{true, false, false} {
		deleted, err := w.BotPasswords.Delete(w.ctx, a.ID, "app")
		if err != nil || deleted != want {
			w.Errorf("Delete gave %v, %v, want %v", deleted, err, want)
		}
	}
	w.findBot(a, other)
	w.findBot(a, w.bot(a.ID, "app"))
}

func testBotList(w *world) {
	b, a := w.account("Bob"), w.account("Anna")
	var want []botpassword.BotPassword
	for _, app := range []string{"A", "B", "a", "ä", "用"} {
		want = append(want, w.bot(b.ID, app))
	}
	want = append(want, w.bot(a.ID, "0"))
	check := func(owner account.ID, want []botpassword.BotPassword) {
		w.Helper()
		got, err := w.BotPasswords.List(w.ctx, owner)
		w.must(err)
		same := len(got) == len(want)
		for i := 0; same && i < len(got); i++ {
			same = sameBot(got[i], want[i])
		}
		if !same {
			w.Errorf("List(%d) gave %+v, want %+v", owner, got, want)
		}
	}
	check(b.ID, want[:5])
	check(a.ID, want[5:])
	check(0, append([]botpassword.BotPassword{w.neighbourBot}, want...))
	check(a.ID+1, nil)
}

func testBotAliases(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	b.Grants[0] = "changed"
	f, err := w.BotPasswords.Find(w.ctx, a.Name, "app")
	w.must(err)
	if f.Grants[0] != "basic" {
		w.Error("the caller's change of what it gave reached the store")
	}
	f.Grants[0] = "changed"
	if f, err = w.BotPasswords.Find(w.ctx, a.Name, "app"); err != nil || f.Grants[0] != "basic" {
		w.Error("the caller's change of what it got reached the store")
	}
}

func testBotParallelCreate(w *world) {
	a := w.account("Anna")
	var won atomic.Int32
	parallel(30, func(i int) {
		err := w.BotPasswords.Create(w.ctx, botpassword.BotPassword{Owner: a.ID, App: "app", Hash: fmt.Sprint(i), Restrictions: grant.Unrestricted()})
		if err == nil {
			won.Add(1)
		} else if !fail.Is(err, fail.Conflict) {
			w.Error(err)
		}
	})
	if won.Load() != 1 {
		w.Errorf("%d won, want 1", won.Load())
	}
}
