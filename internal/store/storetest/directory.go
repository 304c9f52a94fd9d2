package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/username"
)

func directoryTests() []test {
	return []test{
		{"ByNames", testDirectoryNames},
		{"ByIDs", testDirectoryIDs},
		{"many at once", testDirectoryMany},
		{"Page by names", testDirectoryRange},
		{"Page of groups", testDirectoryGroups},
		{"Page of accounts with edits", testDirectoryEdited},
		{"Page after page", testDirectoryPages},
		{"Count", testDirectoryCount},
	}
}

// sameAccounts demands the accounts of want in any order.
func (w *world) sameAccounts(got []account.Account, want ...account.Account) {
	w.Helper()
	byID := func(a, b account.Account) int { return int(a.ID - b.ID) }
	got, want = slices.Clone(got), slices.Clone(want)
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
		w.Errorf("got %+v, want %+v", got, want)
	}
}

func testDirectoryNames(w *world) {
	w.account("Anna", "sysop", "bot")
	w.must(w.Accounts.SetBlock(w.ctx, w.named("Anna").ID, &account.Block{Reason: "r", Created: w.now}))
	anna, bob := w.named("Anna"), w.account("Bob")
	for _, c := range []struct {
		names []string
		want  []account.Account
	}{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{"anna", "Anna ", "Nobody"}, nil},
		{[]string{"Bob", "Nobody", "Anna"}, []account.Account{anna, bob}},
		{[]string{"Bob", "Bob"}, []account.Account{bob}},
	} {
		names := make([]username.Name, len(c.names))
		for i, n := range c.names {
			names[i] = name(n)
		}
		got, err := w.Directory.ByNames(w.ctx, names)
		w.must(err)
		w.sameAccounts(got, c.want...)
	}
}

// named reads an account that must exist.
func (w *world) named(s string) account.Account {
	w.Helper()
	a, found, err := w.Accounts.ByName(w.ctx, name(s))
	w.must(err)
	if !found {
		w.Fatalf("there is no account %s", s)
	}
	return a
}

func testDirectoryIDs(w *world) {
	anna, bob := w.account("Anna", "sysop", "bot"), w.account("Bob")
	for _, c := range []struct {
		ids  []account.ID
		want []account.Account
	}{
		{nil, nil},
		{[]account.ID{0, -1, 1<<63 - 1, -1 << 63, bob.ID + 1}, nil},
		{[]account.ID{bob.ID, 0, anna.ID, bob.ID}, []account.Account{anna, bob}},
	} {
		got, err := w.Directory.ByIDs(w.ctx, c.ids)
		w.must(err)
		w.sameAccounts(got, c.want...)
	}
}

func testDirectoryMany(w *world) {
	var (
		all   []account.Account
		names []username.Name
		ids   []account.ID
	)
	for _, n := range oddTexts() {
		a := w.account(n, "one", "two")
		all, names, ids = append(all, a), append(names, a.Name), append(ids, a.ID)
	}
	for i := len(names); i < 500; i++ {
		names, ids = append(names, name(fmt.Sprint("Nobody ", i))), append(ids, account.ID(1_000_000+i))
	}
	slices.Reverse(names)
	got, err := w.Directory.ByNames(w.ctx, names)
	w.must(err)
	w.sameAccounts(got, all...)
	got, err = w.Directory.ByIDs(w.ctx, ids)
	w.must(err)
	w.sameAccounts(got, all...)
}

// page demands the names of a page, joined by blanks.
func (w *world) page(r account.Range, want string) {
	w.Helper()
	got, err := w.Directory.Page(w.ctx, r)
	w.must(err)
	var names []string
	for _, a := range got {
		names = append(names, a.Name.String())
		if again := w.byID(a.ID); !reflect.DeepEqual(a, again) {
			w.Errorf("the page has %+v, the store %+v", a, again)
		}
	}
	if text := strings.Join(names, " "); text != want {
		w.Errorf("%+v gave %q, want %q", r, text, want)
	}
}

func testDirectoryRange(w *world) {
	for _, n := range []string{"Bob", "Anna", "Ann", "Annä", "Annb", "anna", "Zoë", "用户", "😀", "\U0010fffd1"} {
		w.account(n, "one", "two")
	}
	const all = "Ann Anna Annb Annä Bob Neighbour Zoë anna 用户 😀 \U0010fffd1"
	for _, c := range []struct {
		r          account.Range
		want, down string // the second with From and To exchanged, Descending
	}{
		{account.Range{Limit: 99}, all, "\U0010fffd1 😀 用户 anna Zoë Neighbour Bob Annä Annb Anna Ann"},
		{account.Range{Limit: 2}, "Ann Anna", "\U0010fffd1 😀"},
		{account.Range{}, "", ""},
		{account.Range{Limit: -1}, "", ""},
		{account.Range{From: "Anna", To: "Bob", Limit: 9}, "Anna Annb Annä Bob", "Bob Annä Annb Anna"},
		{account.Range{From: "Anna", To: "Bob", Limit: 2}, "Anna Annb", "Bob Annä"},
		{account.Range{From: "Anna\x01", To: "Bo", Limit: 9}, "Annb Annä", "Annä Annb"},
		{account.Range{To: "Ann", Limit: 9}, "Ann", "Ann"},
		{account.Range{From: "用户", Limit: 9}, "用户 😀 \U0010fffd1", "\U0010fffd1 😀 用户"},
		{account.Range{From: "b", To: "a", Limit: 9}, "", ""},
		{account.Range{From: "\U0010ffff", Limit: 9}, "", ""},
		{account.Range{Prefix: "Ann", Limit: 9}, "Ann Anna Annb Annä", "Annä Annb Anna Ann"},
		{account.Range{Prefix: "Ann", From: "Anna", To: "Annb", Limit: 9}, "Anna Annb", "Annb Anna"},
		{account.Range{Prefix: "Ann", From: "A", To: "Z", Limit: 3}, "Ann Anna Annb", "Annä Annb Anna"},
		{account.Range{Prefix: "Ann", From: "Bob", Limit: 9}, "", ""},
		{account.Range{Prefix: "\U0010fffd", Limit: 9}, "\U0010fffd1", "\U0010fffd1"},
		{account.Range{Prefix: "%", Limit: 9}, "", ""},
		{account.Range{Prefix: "A_n", Limit: 9}, "", ""},
		{account.Range{Prefix: "B*", Limit: 9}, "", ""},
	} {
		w.page(c.r, c.want)
		c.r.From, c.r.To, c.r.Descending = c.r.To, c.r.From, true
		w.page(c.r, c.down)
	}
}

func testDirectoryGroups(w *world) {
	w.account("A", "bot", "sysop")
	w.account("B", "sysop")
	w.account("C")
	w.account("D", "bot")
	ended, ending := w.account("E").ID, w.account("F").ID
	w.must(w.Accounts.SetGroups(w.ctx, ended, []account.Membership{{Group: "bot", Expires: w.now}, {Group: "other"}}))
	w.must(w.Accounts.SetGroups(w.ctx, ending, []account.Membership{{Group: "sysop", Expires: w.now.Add(time.Microsecond)}}))
	for _, c := range []struct {
		in, out string
		limit   int
		want    string
		down    string
	}{
		{"bot", "", 9, "A D", "D A"},
		{"bot", "", 1, "A", "D"},
		{"bot sysop", "", 9, "A B D F", "F D B A"},
		{"sysop bot", "", 2, "A B", "F D"},
		{"bot bot", "", 9, "A D", "D A"},
		{"nothing", "", 9, "", ""},
		{"", "bot", 9, "B C E F Neighbour", "Neighbour F E C B"},
		{"", "bot", 2, "B C", "Neighbour F"},
		{"", "bot sysop", 9, "C E Neighbour", "Neighbour E C"},
		{"", "nothing", 1, "A", "Neighbour"},
		{"sysop", "bot", 9, "B F", "F B"},
		{"bot other", "sysop", 9, "D E", "E D"},
	} {
		r := account.Range{InGroups: strings.Fields(c.in), NotInGroups: strings.Fields(c.out), Limit: c.limit, Now: w.now}
		w.page(r, c.want)
		r.Descending = true
		w.page(r, c.down)
	}
	r := account.Range{InGroups: []string{"bot", "sysop"}, From: "B", To: "D", Now: w.now, Limit: 9}
	w.page(r, "B D")
	r.Prefix = "D"
	w.page(r, "D")
	r.From, r.To, r.Prefix, r.Descending = "D", "B", "", true
	w.page(r, "D B")
	w.must(w.Accounts.SetGroups(w.ctx, ending, nil))
	w.page(account.Range{InGroups: []string{"sysop"}, Now: w.now, Limit: 9}, "A B")
}

func testDirectoryEdited(w *world) {
	for i, n := range []string{"A", "B", "C", "D"} {
		_, err := w.Accounts.Create(w.ctx, account.New{Name: name(n), EditCount: int64(i), Groups: []string{"g" + n, "all"}})
		w.must(err)
	}
	for _, c := range []struct {
		r    account.Range
		want string
	}{
		{account.Range{Limit: 9}, "B C D"},
		{account.Range{Limit: 2, Descending: true}, "D C"},
		{account.Range{Limit: 9, From: "C"}, "C D"},
		{account.Range{Limit: 9, Prefix: "A"}, ""},
		{account.Range{Limit: 9, InGroups: []string{"gA", "gB", "all"}, NotInGroups: []string{"gC"}}, "B D"},
		{account.Range{Limit: 9, NotInGroups: []string{"gB"}, Descending: true}, "D C"},
	} {
		c.r.Edited = true
		w.page(c.r, c.want)
	}
}

// testDirectoryPages reads everything in small pages, each from the account
// behind the last one, and finds each account once.
func testDirectoryPages(w *world) {
	want := []string{"Neighbour"}
	for _, n := range oddTexts() {
		w.account(n, "g")
		want = append(want, n)
	}
	slices.Sort(want)
	for _, descending := range []bool{false, true} {
		var got []string
		r := account.Range{Limit: 4, Descending: descending}
		for {
			list, err := w.Directory.Page(w.ctx, r)
			w.must(err)
			for _, a := range list[:min(len(list), 3)] {
				got = append(got, a.Name.String())
			}
			if len(list) < 4 {
				break
			}
			r.From = list[3].Name.String()
		}
		if descending {
			slices.Reverse(got)
		}
		if !slices.Equal(got, want) {
			w.Errorf("descending %v: got %q, want %q", descending, got, want)
		}
	}
}

func testDirectoryCount(w *world) {
	count := func(accounts int64, groups string) {
		w.Helper()
		h, err := w.Directory.Count(w.ctx, w.now)
		w.must(err)
		if text := fmt.Sprint(h.InGroup); h.Accounts != accounts || text != groups {
			w.Errorf("got %d %s, want %d %s", h.Accounts, text, accounts, groups)
		}
	}
	count(1, "map[]")
	w.account("A", "bot", "sysop")
	b := w.account("B", "bot").ID
	count(3, "map[bot:2 sysop:1]")
	w.must(w.Accounts.SetGroups(w.ctx, b, []account.Membership{{Group: "bot", Expires: w.now}, {Group: "", Expires: w.now.Add(1000)}}))
	count(3, "map[:1 bot:1 sysop:1]")
}
