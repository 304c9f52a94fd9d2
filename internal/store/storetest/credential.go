package storetest

import (
	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
)

func credentialTests() []test {
	return []test{
		{"read and replace", testPassword},
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
	if !found || r != want {
		w.Errorf("got %+v, %v, want %+v", r, found, want)
	}
}

func testPassword(w *world) {
	a := w.account("Anna")
	want := credential.Row{Account: a.ID, Name: a.Name, Hash: "hash of Anna"}
	w.password("Anna", want)
	for _, hash := range []string{"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "", ":pbkdf2:sha512:30000:64:a+b/c==:d", "x'y\"z"} {
		w.must(w.Credentials.SetPassword(w.ctx, a.ID, hash))
		want.Hash = hash
		w.password("Anna", want)
	}
	w.must(w.Accounts.SetLocked(w.ctx, a.ID, true))
	want.Locked = true
	w.password("Anna", want)
	w.password("Neighbour", credential.Row{Account: w.neighbour.ID, Name: w.neighbour.Name, Hash: "hash of Neighbour"})
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
		w.refused(w.Credentials.SetPassword(w.ctx, id, "hash"), fail.NotFound)
		w.must(w.Credentials.UpgradePassword(w.ctx, id, "hash of Neighbour", "new"))
	}
}

func testPasswordUpgrade(w *world) {
	a := w.account("Anna")
	want := credential.Row{Account: a.ID, Name: a.Name, Hash: "hash of Anna"}
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
			err = w.Credentials.SetPassword(w.ctx, a.ID, "changed")
		} else {
			err = w.Credentials.UpgradePassword(w.ctx, a.ID, "hash of Anna", "upgraded")
		}
		if err != nil {
			w.Error(err)
		}
	})
	w.password("Anna", credential.Row{Account: a.ID, Name: a.Name, Hash: "changed"})
}
