package modules

import (
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
)

func TestBlockIsShown(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Blocked", blockedPassword)
	common := `{"id":5,"name":"Blocked","blockid":1,"blockedby":"Admin","blockedbyid":1,"blockreason":"Testing",` +
		`"blockedtimestamp":"2026-11-20T15:25:00Z","blockexpiry":"infinite",`
	for version, want := range map[string]string{
		"1": common + `"blocknocreate":"","blockedtimestampformatted":"15:25, 20 November 2026"}`,
		"2": common + `"blockpartial":false,"blocknocreate":true,"blockanononly":false,"blockedtimestampformatted":"15:25, 20 November 2026"}`,
	} {
		if got := c.userInfo(version, "blockinfo"); got != want {
			t.Errorf("version %s:\ngot  %s\nwant %s", version, got, want)
		}
	}
	if got := r.client(t).login("Alice", alicePassword).userInfo("2", "blockinfo"); got != `{"id":2,"name":"Alice"}` {
		t.Errorf("Alice is not blocked: %s", got)
	}
}

func TestBlockEnds(t *testing.T) {
	r := newRig(t)
	r.block(t, "Blocked", account.Block{Reason: "r", Created: rigStart, Expires: rigStart.Add(30 * time.Minute), Partial: true, AnonOnly: true})
	c := r.client(t).login("Blocked", blockedPassword)
	want := `{"id":5,"name":"Blocked","blockid":2,"blockedby":"","blockedbyid":0,"blockreason":"r",` +
		`"blockedtimestamp":"2026-11-20T15:25:00Z","blockexpiry":"2026-11-20T15:55:00Z",` +
		`"blockpartial":true,"blocknocreate":false,"blockanononly":true,"blockedtimestampformatted":"15:25, 20 November 2026",` +
		`"blockexpiryformatted":"15:55, 20 November 2026","blockexpiryrelative":"15:55, 20 November 2026"}`
	if got := c.userInfo("2", "blockinfo"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r.Clock.Advance(30 * time.Minute)
	if got := c.userInfo("2", "blockinfo"); got != `{"id":5,"name":"Blocked"}` {
		t.Errorf("afterwards: %s", got)
	}
}
