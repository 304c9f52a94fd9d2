package botpassword_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

func (w *world) rotate(overlap time.Duration) botpassword.Created {
	w.Helper()
	b, err := w.service.Rotate(w.Context(), "William", "tool", overlap)
	if err != nil {
		w.Fatal(err)
	}
	return b
}

func TestRotationWithoutOverlapVoidsTheOldSecret(t *testing.T) {
	w := newWorld(t)
	old := w.create(botpassword.CreateRequest{App: "tool", Grants: []string{"editpage"}})
	b := w.rotate(0)
	if b.Login != "William@tool" || len(b.Grants) != 2 || b.Stamp == old.Stamp || b.Secret.Equal(old.Secret) {
		t.Errorf("%+v", b)
	}
	if out := w.login("William", "tool", old.Secret.Reveal()); out.Result != botpassword.NotThis {
		t.Errorf("the old secret: %v", out.Result)
	}
	if out := w.login("William", "tool", b.Secret.Reveal()); out.Result != botpassword.Success || out.Stamp != b.Stamp || out.Former {
		t.Errorf("the new secret: %+v", out)
	}
}

func TestTheOldSecretIsGoodForTheOverlap(t *testing.T) {
	w := newWorld(t)
	old := w.create(botpassword.CreateRequest{App: "tool"})
	b := w.rotate(time.Hour)
	for _, c := range []struct {
		after  time.Duration
		result botpassword.Result
	}{{0, botpassword.Success}, {time.Hour - time.Second, botpassword.Success}, {time.Hour, botpassword.NotThis}} {
		w.clock.Set(start.Add(c.after))
		out := w.login("William", "tool", old.Secret.Reveal())
		if out.Result != c.result || c.result == botpassword.Success && (out.Stamp != old.Stamp || !out.Former) {
			t.Errorf("after %v: %v with the stamp of %v", c.after, out.Result, out.Former)
		}
		if out := w.login("William", "tool", b.Secret.Reveal()); out.Result != botpassword.Success || out.Stamp != b.Stamp {
			t.Errorf("after %v, the new secret: %v", c.after, out.Result)
		}
	}
	w.clock.Set(start)
	next := w.rotate(time.Hour) // the first one goes now
	if out := w.login("William", "tool", old.Secret.Reveal()); out.Result != botpassword.NotThis {
		t.Errorf("the secret before the last: %v", out.Result)
	}
	if out := w.login("William", "tool", b.Secret.Reveal()); out.Result != botpassword.Success || !out.Former {
		t.Errorf("the last secret: %v", out.Result)
	}
	if err := w.service.Update(t.Context(), "William", "tool", botpassword.Change{Secret: secret.New(generated)}); err != nil {
		t.Fatal(err)
	}
	for _, void := range []secret.Secret{b.Secret, next.Secret} {
		if out := w.login("William", "tool", void.Reveal()); out.Result != botpassword.NotThis {
			t.Errorf("a void secret: %v", out.Result)
		}
	}
}

// A change ends the sessions of both secrets, and voids neither.
func TestChangesRestampBothSecrets(t *testing.T) {
	w := newWorld(t)
	old := w.create(botpassword.CreateRequest{App: "tool"})
	b := w.rotate(time.Hour)
	if err := w.service.Update(t.Context(), "William", "tool", botpassword.Change{Grants: []string{}}); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{old.Stamp: true, b.Stamp: true}
	for _, plain := range []secret.Secret{old.Secret, b.Secret} {
		out := w.login("William", "tool", plain.Reveal())
		if out.Result != botpassword.Success || seen[out.Stamp] {
			t.Errorf("%v, with a stamp from before: %v", out.Result, seen[out.Stamp])
		}
		seen[out.Stamp] = true
	}
}

func TestRotationResetsAnInvalidSecret(t *testing.T) {
	w := newWorld(t)
	row := w.create(botpassword.CreateRequest{App: "tool"}).BotPassword
	row.Hash = ""
	if err := w.store.BotPasswords().Update(t.Context(), row.Stamp, row); err != nil {
		t.Fatal(err)
	}
	b := w.rotate(time.Hour)
	if out := w.login("William", "tool", b.Secret.Reveal()); out.Result != botpassword.Success || b.Former.Hash != "" {
		t.Errorf("%v, %+v", out.Result, b.Former)
	}
	rows, err := w.store.Audit().List(t.Context(), audit.Filter{Limit: 1})
	if err != nil || len(rows) != 1 || rows[0].Kind != audit.BotUpdate || rows[0].Detail("secret") != "rotated" || rows[0].Detail("old-secret-until") != "" {
		t.Errorf("the event is %+v, %v", rows, err)
	}
}

func TestRotationRefuses(t *testing.T) {
	w := newWorld(t)
	w.create(botpassword.CreateRequest{App: "tool", Expires: start.Add(time.Hour)})
	w.clock.Set(start.Add(time.Hour))
	for name, c := range map[string]struct {
		app     string
		overlap time.Duration
		kind    fail.Kind
	}{
		"unknown": {"none", 0, fail.NotFound}, "expired": {"tool", 0, fail.Invalid},
		"too long": {"tool", botpassword.MaxOverlap + 1, fail.Invalid}, "negative": {"tool", -1, fail.Invalid},
	} {
		if _, err := w.service.Rotate(t.Context(), "William", c.app, c.overlap); !fail.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	past := start
	if err := w.service.Update(t.Context(), "William", "tool", botpassword.Change{Expires: &past}); !fail.Is(err, fail.Invalid) {
		t.Errorf("an expiry in the past: %v", err)
	}
}

// mediaWikiHash is of the secret that generated names, as MediaWiki 1.39 stores
// it by default.
const mediaWikiHash = ":pbkdf2:sha512:30000:64:c2FsdHNhbHRzYWx0c2E=:TzOXoUG3/bVLoTvmXPbTVtgh4k0v6TV+VGJ2kYBB3p8q5wW8D1M+lRNuxdW1vzal6rgZ24a39l/09N85EQHKRg=="

func TestImportedHashesBecomeFast(t *testing.T) {
	for name, hash := range map[string]string{"pbkdf2": mediaWikiHash, "md5": ":A:052c9e71eb893023fe567c8c788e2065"} {
		w := newWorld(t)
		b := w.create(botpassword.CreateRequest{App: "tool", Hash: hash})
		if !b.Secret.IsZero() || b.Hash != hash {
			t.Errorf("%s: %+v", name, b)
		}
		if out := w.login("William", "tool", strings.Repeat("0", 32)); out.Result != botpassword.NotThis || !out.Slow {
			t.Errorf("%s, wrong: %v, slow %v", name, out.Result, out.Slow)
		}
		if out := w.login("William", "tool", generated); out.Result != botpassword.Success || !out.Slow {
			t.Errorf("%s, right: %v, slow %v", name, out.Result, out.Slow)
		}
		if out := w.login("William", "tool", generated); out.Result != botpassword.Success || out.Slow {
			t.Errorf("%s, again: %v, slow %v", name, out.Result, out.Slow)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	w := newWorld(t)
	for name, r := range map[string]botpassword.CreateRequest{
		"no hash":      {Hash: generated},
		"unknown type": {Hash: ":crypt:x"},
		"both":         {Hash: mediaWikiHash, Secret: secret.New(generated)},
		"cut":          {Hash: mediaWikiHash[:len(mediaWikiHash)-8]},
	} {
		r.Owner, r.App = "William", "tool"
		if _, err := w.service.Create(t.Context(), r); !fail.Is(err, fail.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// busy is a store that refuses to note uses.
type busy struct {
	botpassword.Store
	refuses bool
	batches int
}

func (b *busy) NoteUses(ctx context.Context, uses []botpassword.Noted) error {
	if b.refuses {
		return errors.New("busy")
	}
	b.batches++
	return b.Store.NoteUses(ctx, uses)
}

func TestUsesAreWrittenInBatches(t *testing.T) {
	w := newWorld(t)
	owner := w.create(botpassword.CreateRequest{App: "tool"}).Owner
	store := &busy{Store: w.store.BotPasswords(), refuses: true}
	uses := &botpassword.Uses{Store: store}
	away := netip.MustParseAddr("2001:db8::1")
	for i := range 1000 {
		uses.Note(owner, "tool", start.Add(time.Duration(i)*time.Second), home)
	}
	uses.Note(owner, "tool", start.Add(time.Hour), away)
	uses.Note(owner, "tool", start.Add(time.Minute), home) // the clock went back
	for id := range account.ID(1200) {
		uses.Note(owner+1+id, "tool", start, home)
	}
	if err := uses.Flush(t.Context()); err == nil {
		t.Error("a refused batch is no error")
	}
	store.refuses = false
	for range 2 {
		if err := uses.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	}
	list, err := w.service.List(t.Context(), "William")
	if err != nil || len(list) != 1 || list[0].Used != (botpassword.Use{At: start.Add(time.Hour), Address: away}) || store.batches != 3 {
		t.Errorf("%+v, %v, after %d batches", list, err, store.batches)
	}
}
