package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/twofactor"
)

func generationTests() []test {
	return []test{
		{"every change begins a new one", testGeneration},
		{"it never repeats", testGenerationParallel},
	}
}

func commonTests() []test {
	return []test{
		{"a context that is over", testContext},
		{"what was written is there after a new start", testReopen},
	}
}

// a change of what sessions depend on.
type change struct {
	name string
	make func(ctx context.Context) error
}

// changes are calls that succeed in this order, each with a real effect.
func (w *world) changes(a account.Account) []change {
	id := a.ID
	b := botpassword.BotPassword{Owner: id, App: "new", Hash: "h", Stamp: "s", Restrictions: grant.Unrestricted()}
	return []change{
		{"Create", func(ctx context.Context) error {
			_, err := w.Accounts.Create(ctx, account.New{Name: name("Created")})
			return err
		}},
		{"SetGroups", func(ctx context.Context) error {
			return w.Accounts.SetGroups(ctx, id, []account.Membership{{Group: "g"}})
		}},
		{"SetLocked", func(ctx context.Context) error { return w.Accounts.SetLocked(ctx, id, true) }},
		{"SetBlock", func(ctx context.Context) error { return w.Accounts.SetBlock(ctx, id, &account.Block{Reason: "r"}) }},
		{"SetToken", func(ctx context.Context) error { return w.Accounts.SetToken(ctx, id, secret.New("new")) }},
		{"Replace", func(ctx context.Context) error {
			return w.Credentials.Replace(ctx, credential.Replacement{Account: id, Hash: "1", Token: secret.New("newer")})
		}},
		{"SetTemporary", func(ctx context.Context) error { return w.Credentials.SetTemporary(ctx, id, "t", w.now) }},
		{"UpgradePassword", func(ctx context.Context) error { return w.Credentials.UpgradePassword(ctx, id, "1", "2") }},
		{"Create bot", func(ctx context.Context) error { return w.BotPasswords.Create(ctx, b) }},
		{"Update bot", func(ctx context.Context) error { return w.BotPasswords.Update(ctx, b.Stamp, b) }},
		{"UpgradeHash", func(ctx context.Context) error { return w.BotPasswords.UpgradeHash(ctx, id, "new", "h", "i") }},
		{"Delete bot", func(ctx context.Context) error {
			_, err := w.BotPasswords.Delete(ctx, id, "new")
			return err
		}},
		{"Add device", func(ctx context.Context) error {
			_, err := w.SecondFactors.Add(ctx, twofactor.Addition{Device: w.device(id, "one"), Codes: []twofactor.CodeHash{code(1, "x")}})
			return err
		}},
		{"Remove device", func(ctx context.Context) error {
			_, err := w.SecondFactors.Remove(ctx, id, w.device(id, "one").ID)
			return err
		}},
		{"Add another", func(ctx context.Context) error {
			_, err := w.SecondFactors.Add(ctx, twofactor.Addition{Device: w.device(id, "two")})
			return err
		}},
		{"Reset", func(ctx context.Context) error {
			_, err := w.SecondFactors.Reset(ctx, id)
			return err
		}},
		{"AlterGroups", func(ctx context.Context) error { return w.Lifecycle.AlterGroups(ctx, id, []string{"g"}, nil) }},
		{"Rename", func(ctx context.Context) error { return w.Lifecycle.Rename(ctx, id, name("Renamed")) }},
		{"DeleteOwner", func(ctx context.Context) error {
			_, err := w.Sessions.DeleteOwner(ctx, id, "")
			return err
		}},
		{"Delete account", func(ctx context.Context) error { return w.Lifecycle.Delete(ctx, id) }},
	}
}

// generation is the present one; ok is false where none is ever stable.
func (w *world) generation() (n uint64, ok bool) { return w.Generation.Current() }

func testGeneration(w *world) {
	a := w.account("Anna")
	w.put("a", a.ID)
	before, ok := w.generation()
	if again, _ := w.generation(); again != before {
		w.Errorf("the generation changed from %d to %d without a reason", before, again)
	}
	if !ok {
		w.Skip("this engine does not know when it is stable here")
	}
	for _, c := range w.changes(a) {
		w.must(c.make(w.ctx))
		after, ok := w.generation()
		if !ok || after <= before {
			w.Errorf("%s: the generation went from %d to %d (stable: %v)", c.name, before, after, ok)
		}
		before = after
	}
}

// Readers that run beside changes see numbers that only grow, and the number
// after a change is one that no reader saw before it.
func testGenerationParallel(w *world) {
	ids := make([]account.ID, 8)
	for i := range ids {
		ids[i] = w.account(fmt.Sprint("User", i)).ID
	}
	parallel(len(ids), func(i int) {
		last := uint64(0)
		for j := range 10 {
			before, _ := w.generation()
			if err := w.Accounts.SetLocked(w.ctx, ids[i], j%2 == 0); err != nil {
				w.Error(err)
			}
			after, _ := w.generation()
			if after <= before || before < last {
				w.Errorf("the generation went from %d over %d to %d", last, before, after)
			}
			last = after
		}
	})
}

// testContext calls every method with a context that is over: each must say
// so, and none may have an effect.
func testContext(w *world) {
	a := w.account("Anna")
	r := w.put("a", a.ID)
	row := w.session("new", session.KindUser, a.ID, "")
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	calls := append(w.changes(a), []change{
		{"ByName", func(ctx context.Context) error { _, _, err := w.Accounts.ByName(ctx, a.Name); return err }},
		{"ByID", func(ctx context.Context) error { _, _, err := w.Accounts.ByID(ctx, a.ID); return err }},
		{"List", func(ctx context.Context) error { _, err := w.Accounts.List(ctx, account.Page{Limit: 9}); return err }},
		{"ByNames", func(ctx context.Context) error { _, err := w.Directory.ByNames(ctx, nil); return err }},
		{"ByIDs", func(ctx context.Context) error { _, err := w.Directory.ByIDs(ctx, []account.ID{a.ID}); return err }},
		{"Page", func(ctx context.Context) error { _, err := w.Directory.Page(ctx, account.Range{}); return err }},
		{"Page of groups", func(ctx context.Context) error {
			_, err := w.Directory.Page(ctx, account.Range{InGroups: []string{"g"}, Limit: 1})
			return err
		}},
		{"Count", func(ctx context.Context) error { _, err := w.Directory.Count(ctx, w.now); return err }},
		{"Password", func(ctx context.Context) error { _, _, err := w.Credentials.Password(ctx, a.Name); return err }},
		{"State", func(ctx context.Context) error { _, err := w.SecondFactors.State(ctx, a.ID); return err }},
		{"KeyUse", func(ctx context.Context) error { _, err := w.FactorKeys.KeyUse(ctx); return err }},
		{"UseCounter", func(ctx context.Context) error {
			_, err := w.SecondFactors.UseCounter(ctx, a.ID, "x", 1, w.now)
			return err
		}},
		{"ReplaceCodes", func(ctx context.Context) error { return w.SecondFactors.ReplaceCodes(ctx, a.ID, nil) }},
		{"UseCode", func(ctx context.Context) error {
			_, _, err := w.SecondFactors.UseCode(ctx, a.ID, twofactor.CodeHash{})
			return err
		}},
		{"Update device", func(ctx context.Context) error {
			_, err := w.SecondFactors.Update(ctx, nil, w.device(a.ID, "one"))
			return err
		}},
		{"Find", func(ctx context.Context) error { _, err := w.BotPasswords.Find(ctx, a.Name, "app"); return err }},
		{"NoteUses", func(ctx context.Context) error { return w.BotPasswords.NoteUses(ctx, nil) }},
		{"List bots", func(ctx context.Context) error { _, err := w.BotPasswords.List(ctx, 0); return err }},
		{"Get", func(ctx context.Context) error { _, _, _, err := w.Sessions.Get(ctx, r.ID, w.now); return err }},
		{"Put", func(ctx context.Context) error { return w.Sessions.Put(ctx, row) }},
		{"Update", func(ctx context.Context) error { _, err := w.Sessions.Update(ctx, r); return err }},
		{"Rotate", func(ctx context.Context) error { return w.Sessions.Rotate(ctx, r.ID, row, nil) }},
		{"Delete", func(ctx context.Context) error { _, err := w.Sessions.Delete(ctx, r.ID); return err }},
		{"List sessions", func(ctx context.Context) error { _, err := w.Sessions.List(ctx, session.Filter{}, w.now); return err }},
		{"Sweep", func(ctx context.Context) error { _, err := w.Sessions.Sweep(ctx, r.Expires, 9); return err }},
		{"Take", func(ctx context.Context) error {
			_, err := w.Throttle.Take(ctx, []throttle.Bucket{bucket("a", 1)}, w.now)
			return err
		}},
		{"Append", func(ctx context.Context) error { return w.Audit.Append(ctx, audit.Event{Kind: audit.Login}) }},
		{"Head", func(ctx context.Context) error { _, err := w.Audit.Head(ctx); return err }},
		{"Page of events", func(ctx context.Context) error { _, err := w.Audit.Page(ctx, 0, 9); return err }},
		{"List events", func(ctx context.Context) error { _, err := w.Audit.List(ctx, audit.Filter{Limit: 9}); return err }},
		{"Refusals", func(ctx context.Context) error { _, err := w.Audit.Refusals(ctx, "r", 9); return err }},
		{"Prune", func(ctx context.Context) error { _, err := w.Audit.Prune(ctx, w.now, 9); return err }},
		{"ConfirmEmail", func(ctx context.Context) error {
			_, err := w.Lifecycle.ConfirmEmail(ctx, a.ID, "anna@home.example", w.now)
			return err
		}},
		{"LastUse", func(ctx context.Context) error { _, _, err := w.Places.LastUse(ctx, a.ID, at(1)); return err }},
		{"Note", func(ctx context.Context) error { return w.Places.Note(ctx, a.ID, at(1), w.now, 9) }},
		{"Sweep places", func(ctx context.Context) error { _, err := w.Places.Sweep(ctx, w.now, 9); return err }},
		{"Settle", func(ctx context.Context) error { return w.Throttle.Settle(ctx, []string{"neighbour"}, nil) }},
		{"Sweep counters", func(ctx context.Context) error {
			_, err := w.Throttle.Sweep(ctx, w.now.AddDate(300, 0, 0), 9)
			return err
		}},
	}...)
	for _, c := range calls {
		err := c.make(ctx)
		if !errors.Is(err, context.Canceled) || !fail.Is(err, fail.Unavailable) {
			w.Errorf("%s: got %v, want context.Canceled as %v", c.name, err, fail.Unavailable)
		}
	}
	if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
		w.Errorf("the account is now %+v", got)
	}
	w.get(r.ID, w.now, true)
	w.get(row.ID, w.now, false)
	w.take(w.now, -1, bucket("a", 1))
}

func testReopen(w *world) {
	if w.Reopen == nil {
		w.Skip("this engine keeps nothing")
	}
	a := w.account("Anna", "bot")
	w.must(w.Accounts.SetBlock(w.ctx, a.ID, &account.Block{Reason: "r", Expires: w.now}))
	a = w.byID(a.ID)
	b := w.bot(a.ID, "app")
	r := w.session("a", session.KindBot, a.ID, "app")
	w.must(w.Sessions.Put(w.ctx, r))
	d := w.enrol(a.ID, "one", code(1, "x"))
	w.use(a.ID, d.ID, 3, true)
	d.Used, a.SecondFactor = w.now, true
	w.take(w.now, -1, bucket("a", 1))
	w.note(a.ID, at(1), w.now)
	for range 2 {
		w.Stores = w.Reopen(w.T)
		if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
			w.Errorf("got %+v, want %+v", got, a)
		}
		w.findBot(a, b)
		w.state(a.ID, twofactor.State{Devices: []twofactor.Device{d}, Codes: []twofactor.CodeHash{code(1, "x")}, Counter: 3})
		if got, o := w.get(r.ID, w.now.Add(time.Minute), true); !reflect.DeepEqual(got, r) || o.Bot == nil {
			w.Errorf("got %+v, %+v, want %+v", got, o, r)
		}
		w.take(w.now, 0, bucket("a", 1))
		w.wantPlace(a.ID, at(1), w.now)
		w.take(w.now, 0, w.neighbourBucket)
	}
	if next := w.account("Bob"); next.ID <= a.ID {
		w.Errorf("the id %d was given twice", next.ID)
	}
}
