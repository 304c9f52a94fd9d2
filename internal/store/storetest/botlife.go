package storetest

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/fail"
)

func botLifeTests() []test {
	return []test{
		{"a former secret", testBotFormer},
		{"a former secret and the end of sessions", testBotFormerEnds},
		{"parallel Update loses no change", testBotUpdateParallel},
		{"NoteUses", testBotUses},
		{"NoteUses begins no generation", testBotUsesGeneration},
	}
}

// rotated is a bot password with a former secret.
func (w *world) rotated(owner account.ID, app string) botpassword.BotPassword {
	w.Helper()
	b := w.bot(owner, app)
	was := b.Stamp
	b.Hash, b.Stamp = "new hash of "+app, hex32("new "+app)
	b.Former = botpassword.Former{Hash: "hash of " + app, Stamp: was, Ends: w.now.Add(time.Hour)}
	w.must(w.BotPasswords.Update(w.ctx, was, b))
	return b
}

func testBotFormer(w *world) {
	a := w.account("Anna")
	b := w.rotated(a.ID, "app")
	w.findBot(a, b)
	w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "app", b.Former.Hash, "upgraded"))
	b.Former.Hash = "upgraded"
	w.findBot(a, b)
	w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "app", b.Hash, "newer"))
	b.Hash = "newer"
	w.findBot(a, b)
	w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "app", "", "upgraded"))
	w.findBot(a, b)
	was := b.Stamp
	b.Hash, b.Stamp, b.Former = "", hex32("none"), botpassword.Former{}
	w.must(w.BotPasswords.Update(w.ctx, was, b))
	w.must(w.BotPasswords.UpgradeHash(w.ctx, a.ID, "app", "", "upgraded"))
	w.findBot(a, b)
}

func testBotFormerEnds(w *world) {
	a := w.account("Anna")
	b, plain := w.rotated(a.ID, "app"), w.bot(a.ID, "plain")
	w.must(w.Accounts.SetLocked(w.ctx, a.ID, true))
	f, err := w.BotPasswords.Find(w.ctx, a.Name, "app")
	w.must(err)
	if f.Former.Hash != b.Former.Hash || f.Former.Stamp == b.Former.Stamp || f.Former.Stamp == "" || f.Former.Stamp == f.Stamp || f.Stamp == b.Stamp {
		w.Errorf("after a lock it is %+v, and was %+v", f.BotPassword, b)
	}
	if f, err = w.BotPasswords.Find(w.ctx, a.Name, "plain"); err != nil || f.Stamp == plain.Stamp || f.Former.Stamp != "" {
		w.Errorf("after a lock the other is %+v, %v", f.BotPassword, err)
	}
	w.must(w.Credentials.Replace(w.ctx, replacement(a.ID, "changed")))
	if f, err = w.BotPasswords.Find(w.ctx, a.Name, "app"); err != nil || f.Hash != "" || f.Former != (botpassword.Former{}) {
		w.Errorf("after a change of the password it is %+v, %v", f.BotPassword, err)
	}
}

// Of parallel changes that have read the same row, one is made.
func testBotUpdateParallel(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	w.oneWins(20, "Update", func(i int) (bool, error) {
		changed := b
		changed.Hash, changed.Stamp = strconv.Itoa(i), hex32(fmt.Sprint("new", i))
		err := w.BotPasswords.Update(w.ctx, b.Stamp, changed)
		if fail.Is(err, fail.Conflict) {
			return false, nil
		}
		return err == nil, err
	})
}

// used demands the last use of the one bot password of a.
func (w *world) used(a account.Account, want botpassword.Use) {
	w.Helper()
	list, err := w.BotPasswords.List(w.ctx, a.ID)
	w.must(err)
	if len(list) != 1 || !list[0].Used.At.Equal(want.At) || list[0].Used.Address != want.Address {
		w.Errorf("List gave %+v, want the use %+v", list, want)
	}
}

func testBotUses(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	note := func(uses ...botpassword.Use) {
		w.Helper()
		var noted []botpassword.Noted
		for _, u := range uses {
			noted = append(noted, botpassword.Noted{Owner: a.ID, App: "app", Use: u})
		}
		w.must(w.BotPasswords.NoteUses(w.ctx, noted))
	}
	at := func(d time.Duration, address string) botpassword.Use {
		return botpassword.Use{At: w.now.Add(d), Address: netip.MustParseAddr(address)}
	}
	w.used(a, botpassword.Use{})
	note()
	note(at(-time.Hour, "192.0.2.1")) // of one with that app id before it
	w.used(a, botpassword.Use{})
	note(at(time.Minute, "192.0.2.1"), at(time.Hour, "2001:db8::1"))
	w.used(a, at(time.Hour, "2001:db8::1"))
	note(at(time.Minute, "192.0.2.1"))
	w.used(a, at(time.Hour, "2001:db8::1"))
	w.findBot(a, b)
	was := b.Stamp
	b.Stamp = hex32("new")
	w.must(w.BotPasswords.Update(w.ctx, was, b))
	w.used(a, at(time.Hour, "2001:db8::1"))
	w.must(w.BotPasswords.NoteUses(w.ctx, []botpassword.Noted{
		{Owner: a.ID, App: "missing", Use: at(time.Hour, "192.0.2.1")},
		{Owner: a.ID + 1, App: "app", Use: at(time.Hour, "192.0.2.1")},
	}))
	_, err := w.BotPasswords.Delete(w.ctx, a.ID, "app")
	w.must(err)
	again := b
	again.Created = w.now.Add(2 * time.Hour)
	w.must(w.BotPasswords.Create(w.ctx, again))
	note(at(90*time.Minute, "192.0.2.1"))
	w.used(a, botpassword.Use{})
}

func testBotUsesGeneration(w *world) {
	a := w.account("Anna")
	w.bot(a.ID, "app")
	before, _ := w.generation()
	w.put("a", a.ID)
	if after, _ := w.generation(); after != before {
		w.Skip("here every change begins a generation")
	}
	use := botpassword.Use{At: w.now.Add(time.Minute)}
	w.must(w.BotPasswords.NoteUses(w.ctx, []botpassword.Noted{{Owner: a.ID, App: "app", Use: use}}))
	w.used(a, use)
	if after, _ := w.generation(); after != before {
		w.Errorf("the generation went from %d to %d", before, after)
	}
}
