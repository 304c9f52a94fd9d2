package emailcode

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

// countless counts nothing, and confirms every address.
type countless struct{}

func (countless) AddUnlessFull(context.Context, throttle.Tally) (bool, error) { return true, nil }

func (countless) TakeBack(context.Context, throttle.Tally) error { return nil }

func (countless) ConfirmEmail(context.Context, account.ID, string, time.Time, ...audit.Event) (bool, error) {
	return true, nil
}

// FuzzNote holds that no note but one with the very code that is given lets a
// login pass, and that a wrong answer leaves a note that says so, or none.
func FuzzNote(f *testing.F) {
	now := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	for _, note := range []string{
		`{"c":"012345","u":"2026-11-21T12:10:00Z","a":"anna@wiki.test"}`, `{"c":"012345","u":"2026-11-21T12:10:00Z","a":"anna@wiki.test","w":3}`,
		`{"c":"012345","u":"2026-11-21T12:00:00Z"}`, `{"c":"012345","u":"2026-11-21T12:10:00Z","a":"other@wiki.test"}`, `{"c":"      ","u":"2026-11-21T12:10:00Z"}`, `{"c":"","u":"2026-11-21T12:10:00Z"}`,
		"", "null", "{}", "[]", `{"c":12345}`, `{"c":"\u00e9\u00e9\u00e9","u":"9999-01-01T00:00:00Z"}`,
	} {
		f.Add(note, "012345")
		f.Add(note, "")
		f.Add(note, " 0123 45\u00a0")
	}
	p := Provider{Counters: countless{}, Addresses: countless{}}
	f.Fuzz(func(t *testing.T, note, answer string) {
		asks, err := p.Asks(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		a := &authn.Attempt{
			Now: now, Notes: map[string]string{noteCode: note}, Answers: authn.Load(asks, authn.Given{fieldToken: answer}),
			Account: account.Account{ID: 1, Name: username.FromStore("Anna"), Email: "anna@wiki.test"},
		}
		var sent code
		made := json.Unmarshal([]byte(note), &sent) == nil
		r, err := p.Continue(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		typed := strings.Map(func(c rune) rune {
			if unicode.IsSpace(c) {
				return -1
			}
			return c
		}, answer)
		right := made && len(sent.Digits) == digits && typed == sent.Digits && sent.Address == a.Account.Email && now.Before(sent.Until)
		if passed := r.Status == authn.Pass; passed != right {
			t.Errorf("%q answered by %q: %v", note, answer, r.Status)
		}
		left, kept := noted(a)
		if r.Status == authn.UI && (!kept || left.Wrong != sent.Wrong+1 || left.Digits != sent.Digits) || r.Status == authn.Pass && kept {
			t.Errorf("%q answered by %q: %v leaves %+v", note, answer, r.Status, a.Notes)
		}
	})
}
