package storetest

import (
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
)

// ownerTests are about the second result of session.Store.Get.
func ownerTests() []test {
	return []test{
		{"of a user session", testOwnerUser},
		{"of a bot session", testOwnerBot},
		{"missing", testOwnerMissing},
		{"is read with its row", testOwnerConsistent},
	}
}

func testOwnerUser(w *world) {
	a := w.account("Änna")
	w.bot(a.ID, "app")
	r := w.put("a", a.ID)
	r2 := w.session("b", session.KindUser, a.ID, "app") // an app id alone makes no bot
	w.must(w.Sessions.Put(w.ctx, r2))
	want := session.Owner{Found: true, Name: "Änna", Token: a.Token.Reveal()}
	check := func() {
		w.Helper()
		for _, id := range []session.ID{r.ID, r2.ID} {
			if _, o := w.get(id, w.now, true); !reflect.DeepEqual(o, want) {
				w.Errorf("got owner %+v, want %+v", o, want)
			}
		}
	}
	check()
	w.must(w.Accounts.SetToken(w.ctx, a.ID, secret.New("other")))
	want.Token = "other"
	check()
	for _, locked := range []bool{true, false} {
		w.must(w.Accounts.SetLocked(w.ctx, a.ID, locked))
		w.must(w.Sessions.Put(w.ctx, r)) // the lock has ended them
		w.must(w.Sessions.Put(w.ctx, r2))
		want.Locked, want.Token = locked, w.byID(a.ID).Token.Reveal()
		check()
	}
}

func testOwnerBot(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	w.bot(a.ID, "App")
	r := w.session("a", session.KindBot, a.ID, "app")
	w.must(w.Sessions.Put(w.ctx, r))
	check := func(want botpassword.BotPassword) {
		w.Helper()
		_, o := w.get(r.ID, w.now, true)
		if !o.Found || o.Name != "Anna" || o.Token != a.Token.Reveal() || o.Bot == nil {
			w.Fatalf("got owner %+v", o)
		}
		got := botpassword.BotPassword{
			Owner: want.Owner, App: want.App, Hash: want.Hash, Created: want.Created,
			Stamp: o.Bot.Stamp, Grants: o.Bot.Grants, Restrictions: o.Bot.Restrictions, Expires: o.Bot.Expires,
			Former: botpassword.Former{Hash: want.Former.Hash, Stamp: o.Bot.FormerStamp, Ends: o.Bot.FormerEnds},
		}
		if !sameBot(got, want) {
			w.Errorf("got bot %+v, want %+v", got, want)
		}
	}
	check(b)
	var err error
	b.Restrictions, err = grant.ParseRestrictions([]byte(`{"IPAddresses":["192.0.2.0/24"]}`))
	w.must(err)
	was := b.Stamp
	b.Stamp, b.Grants, b.Expires = hex32("new"), nil, w.now.Add(time.Hour)
	b.Former = botpassword.Former{Hash: b.Hash, Stamp: was, Ends: w.now.Add(time.Minute)}
	w.must(w.BotPasswords.Update(w.ctx, was, b))
	check(b)
	w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "app", b.Hash, "new"))
	check(b)
	if _, err := w.BotPasswords.Delete(w.ctx, a.ID, "app"); err != nil {
		w.Fatal(err)
	}
	if _, o := w.get(r.ID, w.now, true); !o.Found || o.Bot != nil {
		w.Errorf("after Delete the owner is %+v", o)
	}
	again := w.bot(a.ID, "app")
	check(again)
}

func testOwnerMissing(w *world) {
	for i, r := range []session.Row{
		w.session("spent", session.KindSpent, 0, ""),
		w.session("user", session.KindUser, w.neighbour.ID+1, ""),
		w.session("bot", session.KindBot, w.neighbour.ID+1, "app"),
	} {
		w.must(w.Sessions.Put(w.ctx, r))
		if _, o := w.get(r.ID, w.now, true); o.Found || o.Bot != nil {
			w.Errorf("%d: got owner %+v", i, o)
		}
	}
}

// A reader never sees the token of one moment beside the lock of another.
func testOwnerConsistent(w *world) {
	a := w.account("Anna")
	r := w.put("a", a.ID)
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range 15 {
			if err := w.Sessions.Put(w.ctx, session.Row{ID: r.ID, Kind: session.KindUser, Owner: a.ID, Data: fmt.Append(nil, i)}); err != nil {
				w.Error(err)
			}
			if err := w.Accounts.SetToken(w.ctx, a.ID, secret.New(fmt.Sprint(i))); err != nil {
				w.Error(err)
			}
		}
	})
	stop := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() { watchOwner(w, r.ID, a, stop) })
	writer.Wait()
	close(stop)
	reader.Wait()
}

// watchOwner demands that the token is never ahead of the row, nor more than
// one step behind it.
func watchOwner(w *world, id session.ID, a account.Account, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		r, o, found, err := w.Sessions.Get(w.ctx, id, w.now)
		if err != nil || !found || !o.Found {
			w.Errorf("Get gave %v, %+v, %v", found, o, err)
			return
		}
		var row, token int
		if _, err := fmt.Sscan(string(r.Data), &row); err != nil || o.Token == a.Token.Reveal() {
			continue // before the first round is complete
		}
		if _, err := fmt.Sscan(o.Token, &token); err != nil || token > row || token < row-1 {
			w.Errorf("row %q was read with token %q", r.Data, o.Token)
			return
		}
	}
}
