package storetest

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
)

func credentialTests() []test {
	return []test{
		{"read and replace", testPassword},
		{"replace ends what the old one began", testPasswordReplace},
		{"replace is one step", testPasswordReplaceParallel},
		{"replace where nothing has changed", testPasswordReplaceExpected},
		{"temporary", testTemporaryPassword},
		{"not found", testPasswordNotFound},
		{"upgrade", testPasswordUpgrade},
		{"parallel upgrade", testPasswordParallelUpgrade},
	}
}

// password demands the stored row of n.
func (w *world) password(n string, want credential.Row) {
	w.Helper()
	r, found, err := w.Credentials.Password(w.ctx, name(n))
	w.must(err)
	if !found || !reflect.DeepEqual(r, want) {
		w.Errorf("got %+v, %v, want %+v", r, found, want)
	}
}

// withToken is the account as it is, which must have that token.
func (w *world) withToken(id account.ID, token secret.Secret) account.Account {
	w.Helper()
	a := w.byID(id)
	if !a.Token.Equal(token) {
		w.Errorf("the token of %s is another one", a.Name)
	}
	return a
}

func testPassword(w *world) {
	a := w.account("Anna")
	want := credential.Row{Account: w.withToken(a.ID, a.Token), Hash: "hash of Anna"}
	w.password("Anna", want)
	for _, hash := range []string{"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "", ":pbkdf2:sha512:30000:64:a+b/c==:d", "x'y\"z"} {
		w.must(w.Credentials.Replace(w.ctx, replacement(a.ID, hash)))
		want.Hash, want.Account.Token = hash, secret.New(hex32(hash))
		w.password("Anna", want)
	}
	w.must(w.Accounts.SetLocked(w.ctx, a.ID, true))
	want.Account = w.byID(a.ID)
	w.password("Anna", want)
	w.password("Neighbour", credential.Row{Account: w.withToken(w.neighbour.ID, w.neighbour.Token), Hash: "hash of Neighbour"})
}

// replacement is one without a temporary password.
func replacement(id account.ID, hash string) credential.Replacement {
	return credential.Replacement{Account: id, Hash: hash, Token: secret.New(hex32(hash)), Stamp: hex32("stamp of " + hash)}
}

func testPasswordReplace(w *world) {
	a := w.account("Anna", "bot")
	one, two := w.bot(a.ID, "one"), w.bot(a.ID, "two")
	r := w.put("a", a.ID)
	bot := w.session("b", session.KindBot, a.ID, "one")
	w.must(w.Sessions.Put(w.ctx, bot))
	w.must(w.Credentials.SetTemporary(w.ctx, a.ID, "temporary", w.now))
	p := replacement(a.ID, "new")
	w.must(w.Credentials.Replace(w.ctx, p))
	w.password("Anna", credential.Row{Account: w.withToken(a.ID, p.Token), Hash: "new"})
	for _, b := range []botpassword.BotPassword{one, two} {
		b.Hash, b.Stamp = "", p.Stamp
		w.findBot(a, b)
	}
	if _, o := w.get(r.ID, w.now, true); o.Token != p.Token.Reveal() {
		w.Errorf("the token is %q", o.Token)
	}
	if _, o := w.get(bot.ID, w.now, true); o.Bot == nil || o.Bot.Stamp != p.Stamp {
		w.Errorf("the bot password is %+v", o.Bot)
	}
	a.Token = p.Token
	if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
		w.Errorf("the account is %+v, want %+v", got, a)
	}
	p.Temporary, p.TemporaryMade = "temporary", w.now
	w.must(w.Credentials.Replace(w.ctx, p))
	w.password("Anna", credential.Row{Account: w.withToken(a.ID, p.Token), Hash: "new", Temporary: "temporary", TemporaryMade: w.now})
}

// A reader never sees the new token with the old stamp or the other way round.
func testPasswordReplaceParallel(w *world) {
	a := w.account("Anna")
	w.bot(a.ID, "app")
	r := w.session("a", session.KindBot, a.ID, "app")
	w.must(w.Sessions.Put(w.ctx, r))
	stop := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			_, o, _, err := w.Sessions.Get(w.ctx, r.ID, w.now)
			if err != nil || o.Bot == nil {
				w.Errorf("Get gave %+v, %v", o, err)
				return
			}
			if o.Token != a.Token.Reveal() && o.Token != o.Bot.Stamp {
				w.Errorf("token %s was read with stamp %s", o.Token, o.Bot.Stamp)
			}
		}
	})
	for i := range 15 {
		p := replacement(a.ID, fmt.Sprint(i))
		p.Stamp = p.Token.Reveal()
		w.must(w.Credentials.Replace(w.ctx, p))
	}
	close(stop)
	reader.Wait()
}

func testTemporaryPassword(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	want := credential.Row{Account: w.withToken(a.ID, a.Token), Hash: "hash of Anna"}
	for _, hash := range []string{"one", "two", ""} {
		w.must(w.Credentials.SetTemporary(w.ctx, a.ID, hash, w.now))
		want.Temporary, want.TemporaryMade = hash, w.now
		w.password("Anna", want)
	}
	w.must(w.Credentials.SetTemporary(w.ctx, a.ID, "three", w.now))
	w.must(w.Credentials.UpgradePassword(w.ctx, a.ID, "hash of Anna", "new"))
	want.Hash, want.Temporary = "new", "three"
	w.password("Anna", want)
	w.findBot(a, b)
	if got := w.byID(a.ID); !reflect.DeepEqual(got, a) {
		w.Errorf("the account is %+v, want %+v", got, a)
	}
}

// A replacement that was made for an account as it was does not undo what came
// meanwhile.
func testPasswordReplaceExpected(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	late := replacement(a.ID, "late")
	late.Expected = secret.New("the token of before")
	w.refused(w.Credentials.Replace(w.ctx, late), fail.Conflict)
	w.password("Anna", credential.Row{Account: w.withToken(a.ID, a.Token), Hash: "hash of Anna"})
	w.findBot(a, b)
	late.Account = a.ID + 1
	w.refused(w.Credentials.Replace(w.ctx, late), fail.NotFound)
	timely := replacement(a.ID, "timely")
	timely.Expected = a.Token
	w.must(w.Credentials.Replace(w.ctx, timely))
	w.password("Anna", credential.Row{Account: w.withToken(a.ID, timely.Token), Hash: "timely"})
}

func testPasswordNotFound(w *world) {
	for _, n := range []string{"", "Nobody", "neighbour"} {
		_, found, err := w.Credentials.Password(w.ctx, name(n))
		w.must(err)
		if found {
			w.Errorf("found a password of %q", n)
		}
	}
	for _, id := range []account.ID{0, w.neighbour.ID + 1} {
		w.refused(w.Credentials.Replace(w.ctx, replacement(id, "hash")), fail.NotFound)
		w.refused(w.Credentials.SetTemporary(w.ctx, id, "hash", w.now), fail.NotFound)
		w.must(w.Credentials.UpgradePassword(w.ctx, id, "hash of Neighbour", "new"))
	}
}

func testPasswordUpgrade(w *world) {
	a := w.account("Anna")
	want := credential.Row{Account: w.withToken(a.ID, a.Token), Hash: "hash of Anna"}
	for _, old := range []string{"", "HASH OF ANNA", "hash of Anna ", "hash of Neighbour"} {
		w.must(w.Credentials.UpgradePassword(w.ctx, a.ID, old, "new"))
		w.password("Anna", want)
	}
	w.must(w.Credentials.UpgradePassword(w.ctx, a.ID, "hash of Anna", "new"))
	want.Hash = "new"
	w.password("Anna", want)
}

// A password that is changed while a login upgrades the hash of the old one
// must stay changed.
func testPasswordParallelUpgrade(w *world) {
	a := w.account("Anna")
	parallel(20, func(i int) {
		var err error
		if i == 10 {
			err = w.Credentials.Replace(w.ctx, replacement(a.ID, "changed"))
		} else {
			err = w.Credentials.UpgradePassword(w.ctx, a.ID, "hash of Anna", "upgraded")
		}
		if err != nil {
			w.Error(err)
		}
	})
	w.password("Anna", credential.Row{Account: w.withToken(a.ID, secret.New(hex32("changed"))), Hash: "changed"})
}
