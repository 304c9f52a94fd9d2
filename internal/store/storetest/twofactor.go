package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
)

func twoFactorTests() []test {
	return []test{
		{"devices come and go", testFactorDevices},
		{"a device confirmed by a code", testFactorConfirmed},
		{"an addition ends sessions when told", testFactorEnds},
		{"recovery codes", testRecoveryCodes},
		{"reset", testFactorReset},
		{"a counter never goes down", testFactorCounter},
		{"one counter counts once", testFactorCounterParallel},
		{"a recovery code is used once", testRecoveryCodeParallel},
		{"update is a comparison and a swap", testFactorUpdate},
		{"parallel updates", testFactorUpdateParallel},
		{"not found", testFactorNotFound},
		{"they go with their account", testFactorAccount},
		{"keys", testFactorKeys},
		{"events", testFactorEvents},
	}
}

// device is one of an account, as it is stored, but not stored yet. Its data
// names key 1.
func (w *world) device(id account.ID, s string) twofactor.Device {
	return twofactor.Device{
		ID: twofactor.DeviceID(hex32(s)), Account: id, Method: twofactor.TOTP, Name: s,
		Created: w.now, Data: []byte("\x01sealed " + s),
	}
}

// enrol stores a device, and codes if there are any.
func (w *world) enrol(id account.ID, s string, codes ...twofactor.CodeHash) twofactor.Device {
	w.Helper()
	d := w.device(id, s)
	w.add(twofactor.Addition{Device: d, Codes: codes}, true)
	return d
}

func (w *world) add(a twofactor.Addition, want bool) {
	w.Helper()
	added, err := w.SecondFactors.Add(w.ctx, a)
	w.must(err)
	if added != want {
		w.Errorf("added is %v, want %v", added, want)
	}
}

func code(key keyring.KeyID, text string) (c twofactor.CodeHash) {
	c.Key = key
	copy(c.Sum[:], text)
	return c
}

// state demands what an account has. The order of the codes does not matter.
func (w *world) state(id account.ID, want twofactor.State) {
	w.Helper()
	got, err := w.SecondFactors.State(w.ctx, id)
	w.must(err)
	byText := func(a, b twofactor.CodeHash) int { return slices.Compare(a.Sum[:], b.Sum[:]) }
	slices.SortFunc(got.Codes, byText)
	slices.SortFunc(want.Codes, byText)
	if !reflect.DeepEqual(got, want) {
		w.Errorf("the state is %+v, want %+v", got, want)
	}
}

// flagged demands that all reads of the account agree on whether it has a
// second factor.
func (w *world) flagged(a account.Account, want bool) {
	w.Helper()
	byName, _, err := w.Accounts.ByName(w.ctx, a.Name)
	w.must(err)
	list, err := w.Directory.ByIDs(w.ctx, []account.ID{a.ID})
	w.must(err)
	row, _, err := w.Credentials.Password(w.ctx, a.Name)
	w.must(err)
	if w.byID(a.ID).SecondFactor != want || byName.SecondFactor != want || len(list) != 1 || list[0].SecondFactor != want || row.Account.SecondFactor != want {
		w.Errorf("the reads of the account do not agree that SecondFactor is %v", want)
	}
}

func testFactorDevices(w *world) {
	a := w.account("Anna")
	w.state(a.ID, twofactor.State{})
	w.flagged(a, false)
	one := w.enrol(a.ID, "one", code(1, "code"))
	two := w.device(a.ID, "zwei Schlüssel")
	two.Method, two.Created, two.Used, two.Data = twofactor.WebAuthn, w.now.Add(-time.Hour), w.now, []byte{1, 0, 255}
	w.add(twofactor.Addition{Device: two}, true)
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{two, one}, Codes: []twofactor.CodeHash{code(1, "code")}})
	w.flagged(a, true)
	w.flagged(w.neighbour, false)
	_, err := w.SecondFactors.Add(w.ctx, twofactor.Addition{Device: twofactor.Device{ID: one.ID, Account: w.neighbour.ID}})
	w.refused(err, fail.Conflict)
	w.flagged(w.neighbour, false)
	w.remove(w.neighbour.ID, one.ID, false)
	w.remove(a.ID, two.ID, true)
	w.remove(a.ID, two.ID, false)
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{one}, Codes: []twofactor.CodeHash{code(1, "code")}})
	w.flagged(a, true)
	w.remove(a.ID, one.ID, true)
	w.state(a.ID, twofactor.State{})
	w.flagged(a, false)
}

func (w *world) remove(id account.ID, d twofactor.DeviceID, want bool) {
	w.Helper()
	found, err := w.SecondFactors.Remove(w.ctx, id, d)
	w.must(err)
	if found != want {
		w.Errorf("found is %v, want %v", found, want)
	}
}

func testFactorConfirmed(w *world) {
	a := w.account("Anna")
	d := w.device(a.ID, "one")
	w.add(twofactor.Addition{Device: d, Counter: 7}, true)
	w.use(a.ID, d.ID, 7, false)
	again := w.device(a.ID, "two")
	w.add(twofactor.Addition{Device: again, Counter: 7, Codes: []twofactor.CodeHash{code(1, "x")}, Token: secret.New("x")}, false)
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{d}, Counter: 7})
	if got := w.byID(a.ID).Token; !got.Equal(a.Token) {
		w.Error("a refused addition has changed the token")
	}
	// A taken id refuses the whole addition, the counter too.
	_, err := w.SecondFactors.Add(w.ctx, twofactor.Addition{Device: d, Counter: 9})
	w.refused(err, fail.Conflict)
	w.use(a.ID, d.ID, 8, true)
}

func testFactorEnds(w *world) {
	a := w.account("Anna")
	r := w.put("a", a.ID)
	w.enrol(a.ID, "one")
	if _, o := w.get(r.ID, w.now, true); o.Token != a.Token.Reveal() {
		w.Error("the token was replaced though nobody has said so")
	}
	w.add(twofactor.Addition{Device: w.device(a.ID, "two"), Token: secret.New("new")}, true)
	if _, o := w.get(r.ID, w.now, true); o.Token != "new" {
		w.Errorf("the token is %q", o.Token)
	}
	late := twofactor.Addition{Device: w.device(a.ID, "three"), Token: secret.New("late"), Expected: a.Token, Counter: 9}
	w.add(late, false)
	late.Expected = secret.New("new")
	late.Token = secret.New("newer")
	w.add(late, true)
	w.password("Anna", credential.Row{Account: w.withToken(a.ID, secret.New("newer")), Hash: "hash of Anna"})
}

func (w *world) useCode(id account.ID, c twofactor.CodeHash, want bool, wantLeft int) {
	w.Helper()
	used, left, err := w.SecondFactors.UseCode(w.ctx, id, c)
	w.must(err)
	if used != want || left != wantLeft {
		w.Errorf("used is %v with %d left, want %v with %d", used, left, want, wantLeft)
	}
}

func testRecoveryCodes(w *world) {
	a, b := w.account("Anna"), w.account("Bob")
	codes := []twofactor.CodeHash{code(1, "one"), code(1, "two"), code(2, "one")}
	d := w.enrol(a.ID, "a", codes...)
	w.enrol(b.ID, "b", codes[0])
	w.useCode(a.ID, code(3, "one"), false, 3)
	w.useCode(a.ID, codes[0], true, 2)
	w.useCode(a.ID, codes[0], false, 2)
	w.useCode(b.ID, codes[1], false, 1)
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{d}, Codes: codes[1:]})
	w.must(w.SecondFactors.ReplaceCodes(w.ctx, a.ID, []twofactor.CodeHash{codes[0]}))
	w.useCode(a.ID, codes[1], false, 1)
	w.useCode(a.ID, codes[0], true, 0)
	w.useCode(b.ID, codes[0], true, 0)
	w.flagged(a, true) // no code is left, but a device is
	more := w.device(a.ID, "more")
	w.add(twofactor.Addition{Device: more, Codes: codes[:1]}, true)
	w.add(twofactor.Addition{Device: w.device(a.ID, "last")}, true) // keeps them
	w.useCode(a.ID, codes[0], true, 0)
}

func testFactorReset(w *world) {
	a, b := w.account("Anna"), w.account("Bob")
	d := w.enrol(a.ID, "one", code(1, "one"))
	w.enrol(a.ID, "two")
	kept := w.enrol(b.ID, "kept", code(1, "one"))
	w.use(a.ID, d.ID, 40, true)
	for _, want := range []int{2, 0} {
		n, err := w.SecondFactors.Reset(w.ctx, a.ID)
		w.must(err)
		if n != want {
			w.Errorf("%d devices were removed, want %d", n, want)
		}
	}
	w.state(a.ID, twofactor.State{Counter: 40})
	w.flagged(a, false)
	w.state(b.ID, twofactor.State{Devices: []twofactor.Device{kept}, Codes: []twofactor.CodeHash{code(1, "one")}})
	w.flagged(b, true)
	next := w.enrol(a.ID, "next")
	w.use(a.ID, next.ID, 40, false)
	w.use(a.ID, next.ID, 41, true)
}

func (w *world) use(id account.ID, d twofactor.DeviceID, counter int64, want bool) {
	w.Helper()
	first, err := w.SecondFactors.UseCounter(w.ctx, id, d, counter, w.now)
	w.must(err)
	if first != want {
		w.Errorf("counter %d: first is %v, want %v", counter, first, want)
	}
}

func testFactorCounter(w *world) {
	a, b := w.account("Anna"), w.account("Bob")
	one, two := w.enrol(a.ID, "one"), w.enrol(a.ID, "two")
	other := w.enrol(b.ID, "other")
	w.use(a.ID, other.ID, 100, false)
	w.use(w.neighbour.ID, one.ID, 100, false)
	w.use(a.ID, one.ID, 59_000_000_000, true)
	w.use(a.ID, two.ID, 59_000_000_000, false) // it belongs to the account
	w.use(a.ID, two.ID, 58_999_999_999, false)
	w.use(a.ID, two.ID, 59_000_000_001, true)
	w.use(b.ID, other.ID, 5, true)
	w.remove(a.ID, two.ID, true)
	w.use(a.ID, two.ID, 59_000_000_002, false) // of no device any more
	one.Used = w.now
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{one}, Counter: 59_000_000_001})
}

func testFactorCounterParallel(w *world) {
	a := w.account("Anna")
	d := w.enrol(a.ID, "one")
	for counter := range int64(5) {
		w.oneWins(8, "UseCounter", func(int) (bool, error) {
			return w.SecondFactors.UseCounter(w.ctx, a.ID, d.ID, counter+1, w.now)
		})
	}
}

func testRecoveryCodeParallel(w *world) {
	a := w.account("Anna")
	codes := []twofactor.CodeHash{code(1, "0"), code(1, "1"), code(1, "2"), code(1, "3")}
	w.enrol(a.ID, "one", codes...)
	for i, c := range codes {
		var left atomic.Int32
		w.oneWins(8, "UseCode", func(int) (bool, error) {
			used, n, err := w.SecondFactors.UseCode(w.ctx, a.ID, c)
			if used {
				left.Store(int32(n))
			}
			return used, err
		})
		if left.Load() != int32(3-i) {
			w.Errorf("%d codes are left, want %d", left.Load(), 3-i)
		}
	}
}

func testFactorUpdate(w *world) {
	a := w.account("Anna")
	d := w.enrol(a.ID, "one")
	was := d.Data
	next := d
	next.Name, next.Used, next.Data, next.Method, next.Created = "neu", w.now.Add(time.Minute), []byte("\x02next"), "other", time.Time{}
	w.update([]byte("\x01other"), next, false)
	elsewhere := next
	elsewhere.Account = w.neighbour.ID
	w.update(was, elsewhere, false)
	w.update(was, next, true)
	w.update(was, next, false)
	d.Name, d.Used, d.Data = next.Name, next.Used, next.Data // and nothing else
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{d}})
	w.remove(a.ID, d.ID, true)
	w.update(d.Data, d, false)
	w.flagged(a, false)
}

func (w *world) update(was []byte, d twofactor.Device, want bool) {
	w.Helper()
	changed, err := w.SecondFactors.Update(w.ctx, was, d)
	w.must(err)
	if changed != want {
		w.Errorf("changed is %v, want %v", changed, want)
	}
}

func testFactorUpdateParallel(w *world) {
	a := w.account("Anna")
	d := w.enrol(a.ID, "one")
	w.oneWins(8, "Update", func(i int) (bool, error) {
		next := d
		next.Data = fmt.Append(nil, "\x01", i)
		return w.SecondFactors.Update(w.ctx, d.Data, next)
	})
}

func testFactorNotFound(w *world) {
	const nobody = 7777
	w.state(nobody, twofactor.State{})
	_, err := w.SecondFactors.Add(w.ctx, twofactor.Addition{Device: w.device(nobody, "x"), Counter: 3})
	w.refused(err, fail.NotFound)
	_, err = w.SecondFactors.Reset(w.ctx, nobody)
	w.refused(err, fail.NotFound)
	w.refused(w.SecondFactors.ReplaceCodes(w.ctx, nobody, nil), fail.NotFound)
	w.refused(w.SecondFactors.ReplaceCodes(w.ctx, w.neighbour.ID, []twofactor.CodeHash{code(1, "x")}), fail.NotFound)
	w.state(w.neighbour.ID, twofactor.State{})
	w.remove(nobody, "x", false)
	w.use(nobody, "x", 3, false)
	w.useCode(nobody, code(1, "x"), false, 0)
	w.update(nil, w.device(nobody, "x"), false)
}

func testFactorAccount(w *world) {
	a := w.account("Anna")
	d := w.enrol(a.ID, "one", code(1, "one"))
	w.must(w.Lifecycle.Rename(w.ctx, a.ID, name("Hanna")))
	w.must(w.Accounts.SetLocked(w.ctx, a.ID, true))
	w.must(w.Credentials.Replace(w.ctx, replacement(a.ID, "new")))
	a.Name = name("Hanna")
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{d}, Codes: []twofactor.CodeHash{code(1, "one")}})
	w.flagged(a, true)
	w.must(w.Lifecycle.Delete(w.ctx, a.ID))
	w.state(a.ID, twofactor.State{})
	again := w.account("Hanna")
	w.flagged(again, false)
	d.Account = again.ID
	w.add(twofactor.Addition{Device: d}, true) // nobody has its id any more
}
