package modules

import (
	"testing"

	"github.com/wikigate/wikigate/internal/botpassword"
)

// importedHash is of importedSecret, as a MediaWiki stores it.
const (
	importedHash   = ":pbkdf2:sha512:30000:64:MDEyMzQ1Njc4OWFiY2RlZg==:I+tQCzmF4Ch44/AvUMpyGVxg/rPk/PDPdDR8foU4mBFkEqHX3iREBKoBxSOHxYtKohfqkyNdcNKjhwZ/l+Fcmg=="
	importedSecret = "0123456789abcdefghijklmnopqrstuv"
)

// The number of slow hashes is what an attacker could measure: whether an app
// id is there, and with which hash, must make no difference to a refusal.
func TestAWrongImportedSecretCostsOneSlowHash(t *testing.T) {
	wrong := importedSecret[1:] + "0"
	for name, c := range map[string]struct{ login, password, result string }{
		"wrong, imported":              {"Alice@old", wrong, "Failed"},
		"wrong, made here":             {"Alice@new", wrong, "Failed"},
		"unknown app":                  {"Alice@none", wrong, "Failed"},
		"unknown account":              {"Nobody@old", wrong, "Failed"},
		"second form, wrong, imported": {"Alice", "old@" + wrong, "Failed"},
		"second form, made here":       {"Alice", "new@" + wrong, "Failed"},
		"second form, unknown app":     {"Alice", "none@" + wrong, "Failed"},
		"right, imported":              {"Alice@old", importedSecret, "Success"},
	} {
		r := newRig(t)
		for app, hash := range map[string]string{"old": importedHash, "new": ""} {
			_, err := r.BotPasswords.Create(t.Context(), botpassword.CreateRequest{Owner: "Alice", App: app, Hash: hash})
			must(t, err)
		}
		budget := r.Credentials.Hasher.(rigHasher).Budget
		before := budget.Stats().Taken
		a := r.client(t).tryLogin(c.login, c.password)
		if got := a.text("login", "result"); got != c.result {
			t.Errorf("%s: %s", name, a.Body)
		}
		if n := budget.Stats().Taken - before; n != 1 {
			t.Errorf("%s: %d slow hashes", name, n)
		}
	}
}

func TestAnImportedSecretIsFastAfterItsFirstLogin(t *testing.T) {
	r := newRig(t)
	_, err := r.BotPasswords.Create(t.Context(), botpassword.CreateRequest{Owner: "Alice", App: "old", Hash: importedHash})
	must(t, err)
	budget := r.Credentials.Hasher.(rigHasher).Budget
	for i, want := range []uint64{1, 0, 0} {
		before := budget.Stats().Taken
		r.client(t).login("Alice@old", importedSecret)
		if n := uint64(budget.Stats().Taken - before); n != want {
			t.Errorf("login %d: %d slow hashes, want %d", i+1, n, want)
		}
	}
}
