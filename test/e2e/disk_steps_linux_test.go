package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// On a full disk no step of a login is taken that would be forgotten: the login
// goes on when there is space again, and its code counts once.
func TestFullDiskInTheMidstOfALogin(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=2m")
	w := startOn(t, filepath.Join(disk, "data"), &secrets{})
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	l := &ledger{}
	l.newFactors(w, 0)
	f := l.factors[0]
	for range 4 {
		h := &heldLogin{client: w.client(), owner: f}
		if status, message, err := h.client.tryBegin(f); err != nil || status != "UI" {
			t.Fatalf("the first step: %s %s, %v", status, message, err)
		}
		l.logins = append(l.logins, h)
	}
	free := fill(t, disk)
	w.useUp(b)
	refused := 0
	for _, h := range l.logins {
		if !h.stepOnFullDisk(t) {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no step was refused")
	}

	free()
	w.stillServes(t, b)
	l.checkSteps(w, 0)
	if l.wentOn+l.lost != refused || l.wentOn == 0 {
		t.Errorf("of %d logins that were refused a step %d went on and %d were over", refused, l.wentOn, l.lost)
	}
	for _, h := range l.logins {
		if h.over {
			h.client.is(f.name)
		}
	}
}

// useUp logs in until the database has no room left within its own files.
func (w *world) useUp(b bot) {
	w.t.Helper()
	refused := 0
	for range 300 {
		c := w.client()
		if c.attempt(b.login, b.secret, c.token("login")).Error.Code == "internal_api_error_StoreUnavailable" {
			refused++
		}
		if refused > 20 {
			return
		}
	}
	w.t.Fatal("the disk did not fill up")
}

// stepOnFullDisk sends the second step, and reports whether it was taken. If
// not, nobody is logged in.
func (h *heldLogin) stepOnFullDisk(t *testing.T) bool {
	t.Helper()
	h.sent = h.owner.unsent()
	token := h.client.token("login")
	r := h.client.post(fields{"action": "clientlogin"}, fields{"logincontinue": "1", "OATHToken": h.sent.text, "logintoken": token})
	if code := r.code(t); code != "" && code != "internal_api_error_StoreUnavailable" {
		t.Errorf("on a full disk: status %d, %s", r.status, r.body)
	}
	if h.over = strings.Contains(r.body, `"PASS"`); h.over {
		h.sent.counted++
		h.client.is(h.owner.name)
	} else {
		h.client.is("")
	}
	return h.over
}
