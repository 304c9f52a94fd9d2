package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// M-9, M-12: a login that cannot be recorded, since the table does not take the
// record, does not happen, and the server goes on. A refusal is one all the
// same.
func TestM9M12_LoginThatCannotBeRecorded(t *testing.T) {
	t.Parallel()
	w := start(t, "--login-throttle", "off")
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	old := w.loggedIn(b)
	db := openDatabase(t, w.Dir, url.Values{"_pragma": {"busy_timeout(10000)"}})
	if _, err := db.Exec("CREATE TRIGGER no_record BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END"); err != nil {
		t.Fatal(err)
	}
	for _, login := range [][2]string{{"William", "password-of-William"}, {b.login, b.secret}} {
		c := w.client()
		token := c.token("login")
		r := c.attemptReply(login[0], login[1], token)
		if !strings.HasPrefix(r.code(t), "internal_api_error_") || len(r.set) > 0 {
			t.Errorf("%s: sets %q, %s", login[0], r.set, r.body)
		}
		c.is("")
		if a := c.attempt(login[0], "wrong-password-of-nobody", token); a.Login.Result != "Failed" {
			t.Errorf("%s, wrong: %+v %+v", login[0], a.Login, a.Error)
		}
	}
	var sessions int
	if err := db.QueryRow("SELECT COUNT(*) FROM session").Scan(&sessions); err != nil || sessions != 1 {
		t.Errorf("%d sessions, want the old one alone: %v", sessions, err)
	}
	old.is("William")
	if _, err := db.Exec("DROP TRIGGER no_record"); err != nil {
		t.Fatal(err)
	}
	w.loggedIn(b).is("William")
	w.client().mustLogin("William", "password-of-William")
}
