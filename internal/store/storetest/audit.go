package storetest

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
)

func auditTests() []test {
	return []test{
		{"Append and read", testAuditAppend},
		{"odd texts", testAuditOdd},
		{"List", testAuditList},
		{"Refusals", testAuditRefusals},
		{"Prune", testAuditPrune},
		{"with each change", testAuditWithChanges},
		{"no change, no event", testAuditNoChange},
		{"parallel changes", testAuditParallel},
		{"prune among changes", testAuditPruneParallel},
		{"after a new start", testAuditReopen},
	}
}

func (w *world) event(k audit.Kind) audit.Event {
	return audit.Event{
		Time: w.now, Kind: k, Result: audit.Refused, Reason: audit.WrongPassword, Method: audit.ByPassword,
		Account: int64(w.neighbour.ID), Name: "Neighbour", App: "app", Count: 3,
		Origin:  audit.Origin{Request: "0123", Address: netip.MustParseAddr("2001:db8::1"), Client: "Bot/1.0", Actor: "root"},
		Details: []audit.Detail{{Key: "code", Value: "wrongpassword"}, {Key: "k", Value: `",\`}},
	}
}

// trail is all events, oldest first, of a chain that must be whole.
func (w *world) trail() []audit.Row {
	w.Helper()
	f, err := audit.Verify(w.ctx, w.Audit, nil)
	w.must(err)
	if f.Broken != "" {
		w.Errorf("the chain is broken: %s", f.Broken)
	}
	rows, err := w.Audit.Page(w.ctx, 0, 1_000_000)
	w.must(err)
	if int64(len(rows)) != f.Rows || f.Head.Last-f.Head.Anchor != f.Rows {
		w.Errorf("%d rows, verified %d, head %d to %d", len(rows), f.Rows, f.Head.Anchor, f.Head.Last)
	}
	return rows
}

func testAuditAppend(w *world) {
	if rows := w.trail(); len(rows) != 0 {
		w.Fatalf("a new store has the events %+v", rows)
	}
	w.must(w.Audit.Append(w.ctx))
	w.must(w.Audit.Append(w.ctx, w.event(audit.Login)))
	w.must(w.Audit.Append(w.ctx, w.event(audit.Logout), w.event(audit.Password)))
	rows := w.trail()
	for i, k := range []audit.Kind{audit.Login, audit.Logout, audit.Password} {
		if !reflect.DeepEqual(rows[i].Event, w.event(k)) || rows[i].Seq != int64(i+1) {
			w.Errorf("got %+v, want %+v", rows[i], w.event(k))
		}
	}
	for _, c := range []struct{ after, limit, want int }{{0, 2, 2}, {1, 9, 2}, {3, 9, 0}, {9, 9, 0}, {0, 0, 0}, {0, -1, 0}, {-5, 9, 3}} {
		rows, err := w.Audit.Page(w.ctx, int64(c.after), c.limit)
		w.must(err)
		if len(rows) != c.want || c.want > 0 && rows[0].Seq != int64(max(0, c.after)+1) {
			w.Errorf("Page(%d, %d) gave %+v", c.after, c.limit, rows)
		}
	}
}

// What a client sends may be anything; the chain must hold.
func testAuditOdd(w *world) {
	odd := append(oddTexts(), "", "\x00", "\xff\xfe", "a\nb\r\n", "\u202ea", strings.Repeat("é", 3000), "{}", `["`)
	for _, text := range odd {
		e := w.event(audit.Kind(text))
		e.Name, e.App, e.Request, e.Client, e.Actor = text, text, text, text, text
		e.Details = []audit.Detail{{Key: text, Value: text}}
		w.must(w.Audit.Append(w.ctx, e))
	}
	for _, at := range []time.Time{{}, time.Unix(0, 0), time.Unix(-1e10, 0), time.Unix(1e12, 0), w.now.Add(7), w.now.In(time.FixedZone("x", 3600))} {
		w.must(w.Audit.Append(w.ctx, audit.Event{Time: at}))
	}
	for _, r := range w.trail() {
		for _, text := range []string{r.Name, r.App, r.Client, r.Actor, r.Request, string(r.Kind)} {
			if strings.ContainsAny(text, "\n\r\x00\x7f\u202e") || len(text) > 300 || !strings.EqualFold(text, strings.ToValidUTF8(text, "?")) {
				w.Errorf("event %d keeps %q", r.Seq, text)
			}
		}
	}
}

func testAuditList(w *world) {
	for i := range 6 {
		e := w.event([]audit.Kind{audit.Login, audit.Logout}[i%2])
		e.Name, e.Request = []string{"Anna", "Bob", "Cid"}[i%3], fmt.Sprint("r", i)
		e.Time = w.now.Add(time.Duration(i) * time.Minute)
		w.must(w.Audit.Append(w.ctx, e))
	}
	for _, c := range []struct {
		filter audit.Filter
		want   string
	}{
		{audit.Filter{Limit: 9}, "654321"},
		{audit.Filter{Limit: 2}, "65"},
		{audit.Filter{}, ""},
		{audit.Filter{Limit: -1}, ""},
		{audit.Filter{Name: "Anna", Limit: 9}, "41"},
		{audit.Filter{Name: "anna", Limit: 9}, ""},
		{audit.Filter{Name: "Anna", Account: 77, Limit: 9}, "41"},
		{audit.Filter{Name: "nobody", Account: int64(w.neighbour.ID), Limit: 2}, "65"},
		{audit.Filter{Kind: audit.Logout, Limit: 9}, "642"},
		{audit.Filter{Request: "r4", Limit: 9}, "5"},
		{audit.Filter{Since: w.now.Add(2 * time.Minute), Limit: 9}, "6543"},
		{audit.Filter{Until: w.now.Add(2 * time.Minute), Limit: 9}, "21"},
		{audit.Filter{Before: 3, Limit: 9}, "21"},
		{audit.Filter{Before: 6, Name: "Cid", Kind: audit.Login, Since: w.now, Until: w.now.Add(time.Hour), Limit: 9}, "3"},
	} {
		rows, err := w.Audit.List(w.ctx, c.filter)
		w.must(err)
		got := ""
		for _, r := range rows {
			got += fmt.Sprint(r.Seq)
		}
		if got != c.want {
			w.Errorf("List(%+v) gave %q, want %q", c.filter, got, c.want)
		}
	}
}

func testAuditRefusals(w *world) {
	ok := w.event(audit.Login)
	ok.Result = audit.Success
	w.must(w.Audit.Append(w.ctx, w.event(audit.Login), ok, w.event(audit.Logout)))
	for request, want := range map[string]int{"0123": 2, "012": 0, "": 0} {
		rows, err := w.Audit.Refusals(w.ctx, request, 9)
		w.must(err)
		if len(rows) != want || want > 0 && rows[0].Kind != audit.Logout {
			w.Errorf("Refusals(%q) gave %+v", request, rows)
		}
	}
	rows, err := w.Audit.Refusals(w.ctx, "0123", 1)
	w.must(err)
	if len(rows) != 1 {
		w.Errorf("a limit of 1 gave %+v", rows)
	}
}

func testAuditPrune(w *world) {
	for i := range 10 {
		e := w.event(audit.Login)
		e.Time = w.now.Add(time.Duration(i%6) * time.Minute) // the clock went back once
		w.must(w.Audit.Append(w.ctx, e))
	}
	prune := func(minutes, limit, want, left int) {
		w.Helper()
		n, err := w.Audit.Prune(w.ctx, w.now.Add(time.Duration(minutes)*time.Minute), limit, audit.Event{Kind: audit.Prune})
		w.must(err)
		rows := w.trail()
		if n != want || len(rows) != left {
			w.Errorf("Prune gave %d and left %d, want %d and %d", n, len(rows), want, left)
		}
		if last := rows[len(rows)-1]; n > 0 && (last.Kind != audit.Prune || last.Count != int64(n)) {
			w.Errorf("the last event is %+v", last)
		}
	}
	prune(0, 9, 0, 10)
	prune(9, 0, 0, 10)
	prune(3, 2, 2, 9)
	prune(3, 9, 1, 9)
	prune(3, 9, 0, 9) // the rows behind are as old, but not the first
	prune(9, 99, 9, 1)
	w.must(w.Audit.Append(w.ctx, w.event(audit.Login)))
	if rows := w.trail(); rows[len(rows)-1].Seq != 14 {
		w.Errorf("the last event is %+v", rows[len(rows)-1])
	}
	if n, err := w.Audit.Prune(w.ctx, w.now.AddDate(9, 0, 0), 99); err != nil || n != 2 || len(w.trail()) != 0 {
		w.Errorf("pruned %d, %v", n, err)
	}
}

// Each method that takes events keeps them in their order.
func testAuditWithChanges(w *world) {
	at := func(k string) audit.Event {
		return audit.Event{Time: w.now, Kind: audit.Kind(k), Result: audit.Success}
	}
	a, err := w.Accounts.Create(w.ctx, account.New{Name: name("Anna")}, at("1"), at("2"))
	w.must(err)
	b := botpassword.BotPassword{Owner: a.ID, App: "new", Restrictions: grant.Unrestricted()}
	r := w.session("a", session.KindUser, a.ID, "")
	next := w.session("b", session.KindUser, a.ID, "")
	w.must(w.Accounts.SetGroups(w.ctx, a.ID, nil, at("3")))
	w.must(w.Accounts.SetLocked(w.ctx, a.ID, true, at("4")))
	w.must(w.Accounts.SetBlock(w.ctx, a.ID, &account.Block{}, at("5")))
	w.must(w.Accounts.SetToken(w.ctx, a.ID, secret.New("t"), at("6")))
	w.must(w.Credentials.Replace(w.ctx, replacement(a.ID, "h"), at("7")))
	w.must(w.BotPasswords.Create(w.ctx, b, at("8")))
	w.must(w.BotPasswords.Update(w.ctx, b.Stamp, b, at("9")))
	_, err = w.BotPasswords.Delete(w.ctx, a.ID, "new", at("10"))
	w.must(err)
	w.must(w.Sessions.Put(w.ctx, r, at("11")))
	w.must(w.Sessions.Rotate(w.ctx, r.ID, next, nil, at("12")))
	_, err = w.Sessions.Delete(w.ctx, next.ID, at("13"))
	w.must(err)
	w.must(w.Sessions.Put(w.ctx, r))
	w.must(w.Sessions.Put(w.ctx, next))
	_, err = w.Sessions.DeleteOwner(w.ctx, a.ID, "", at("14"))
	w.must(err)
	rows := w.trail()
	if len(rows) != 14 {
		w.Fatalf("%d events", len(rows))
	}
	for i, r := range rows {
		want := at(fmt.Sprint(i + 1))
		if i < 2 {
			want.Account = int64(a.ID)
		}
		if i == 13 {
			want.Count = 2
		}
		if !reflect.DeepEqual(r.Event, want) {
			w.Errorf("got %+v, want %+v", r.Event, want)
		}
	}
}

// A change that is refused or finds nothing to change leaves no event.
func testAuditNoChange(w *world) {
	e := w.event(audit.Login)
	nobody := w.neighbour.ID + 1
	_, err := w.Accounts.Create(w.ctx, account.New{Name: w.neighbour.Name}, e)
	w.refused(err, fail.Conflict)
	w.refused(w.Accounts.SetGroups(w.ctx, nobody, nil, e), fail.NotFound)
	w.refused(w.Accounts.SetGroups(w.ctx, w.neighbour.ID, []account.Membership{{Group: "a"}, {Group: "a"}}, e), fail.Invalid)
	w.refused(w.Accounts.SetLocked(w.ctx, nobody, true, e), fail.NotFound)
	w.refused(w.Accounts.SetBlock(w.ctx, nobody, nil, e), fail.NotFound)
	w.refused(w.Accounts.SetToken(w.ctx, nobody, secret.New("t"), e), fail.NotFound)
	w.refused(w.Credentials.Replace(w.ctx, replacement(nobody, "h"), e), fail.NotFound)
	w.refused(w.Credentials.SetTemporary(w.ctx, nobody, "h", w.now, e), fail.NotFound)
	w.refused(w.BotPasswords.Create(w.ctx, w.neighbourBot, e), fail.Conflict)
	w.refused(w.BotPasswords.Update(w.ctx, "", botpassword.BotPassword{Owner: nobody, App: "app"}, e), fail.NotFound)
	for _, deleted := range []func() (bool, error){
		func() (bool, error) { return w.BotPasswords.Delete(w.ctx, nobody, "app", e) },
		func() (bool, error) { return w.Sessions.Delete(w.ctx, session.HashID("missing"), e) },
		func() (bool, error) { n, err := w.Sessions.DeleteOwner(w.ctx, nobody, "", e); return n > 0, err },
		func() (bool, error) { n, err := w.Sessions.DeleteOwner(w.ctx, 0, "", e); return n > 0, err },
	} {
		changed, err := deleted()
		w.must(err)
		if changed {
			w.Error("something was deleted")
		}
	}
	if rows := w.trail(); len(rows) != 0 {
		w.Errorf("events %+v", rows)
	}
}

// Parallel changes, some of them refused, make one whole chain.
func testAuditParallel(w *world) {
	parallel(40, func(i int) {
		for j := range 5 {
			e := w.event(audit.Login)
			e.Request = fmt.Sprint(i, "/", j)
			var err error
			switch j {
			case 0, 1:
				err = w.Sessions.Put(w.ctx, w.session(e.Request, session.KindUser, w.neighbour.ID, ""), e, e)
			case 2:
				err = w.BotPasswords.Create(w.ctx, w.neighbourBot, e)
				if fail.Is(err, fail.Conflict) {
					err = nil
				}
			default:
				err = w.Audit.Append(w.ctx, e)
			}
			if err != nil {
				w.Error(err)
			}
		}
	})
	seen := map[string]int{}
	for _, r := range w.trail() {
		seen[r.Request]++
	}
	for i := range 40 {
		for j, want := range []int{2, 2, 0, 1, 1} {
			if got := seen[fmt.Sprint(i, "/", j)]; got != want {
				w.Errorf("%d/%d has %d events, want %d", i, j, got, want)
			}
		}
	}
}

func testAuditPruneParallel(w *world) {
	parallel(8, func(i int) {
		for range 20 {
			if i == 0 {
				if _, err := w.Audit.Prune(w.ctx, w.now.AddDate(1, 0, 0), 3, w.event(audit.Prune)); err != nil {
					w.Error(err)
				}
				continue
			}
			if err := w.Audit.Append(w.ctx, w.event(audit.Login)); err != nil {
				w.Error(err)
			}
			if f, err := audit.Verify(w.ctx, w.Audit, nil); err != nil || f.Broken != "" {
				w.Errorf("%v %s", err, f.Broken)
			}
		}
	})
	w.trail()
}

func testAuditReopen(w *world) {
	if w.Reopen == nil {
		w.Skip("this engine keeps nothing")
	}
	w.must(w.Audit.Append(w.ctx, w.event(audit.Login), w.event(audit.Logout)))
	_, err := w.Audit.Prune(w.ctx, w.now.AddDate(1, 0, 0), 1, w.event(audit.Prune))
	w.must(err)
	before := w.trail()
	w.Stores = w.Reopen(w.T)
	if after := w.trail(); !reflect.DeepEqual(after, before) {
		w.Errorf("got %+v, want %+v", after, before)
	}
	w.must(w.Audit.Append(w.ctx, w.event(audit.Login)))
	if after := w.trail(); len(after) != 3 || after[2].Seq != 4 {
		w.Errorf("got %+v", after)
	}
}
