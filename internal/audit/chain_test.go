package audit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// forged is a store in which an intruder can do anything.
type forged struct {
	audit.Store
	rows []audit.Row
	head audit.Head
}

func (f *forged) Head(context.Context) (audit.Head, error) { return f.head, nil }

func (f *forged) Page(_ context.Context, after int64, limit int) ([]audit.Row, error) {
	var page []audit.Row
	for _, r := range f.rows {
		if r.Seq > after && len(page) < limit {
			page = append(page, r)
		}
	}
	slices.SortStableFunc(page, func(a, b audit.Row) int { return int(a.Seq - b.Seq) })
	return page, nil
}

// seal is a Sealer with a key that is no secret here.
type seal uint8

func (s seal) Seal(parts ...[]byte) (uint8, []byte) {
	sum := sha256.Sum256(append([]byte{byte(s), 's'}, bytes.Join(parts, nil)...))
	return uint8(s), sum[:16]
}

func (s seal) Check(key uint8, code []byte, parts ...[]byte) (ok, known bool) {
	_, want := s.Seal(parts...)
	return key == uint8(s) && bytes.Equal(code, want), key == uint8(s)
}

// chained is a whole chain of n rows, of which the first were removed.
func chained(n, removed int) *forged {
	f := &forged{}
	for i := range n {
		r := f.head.Next(audit.Event{
			Time: start.Add(time.Duration(i) * time.Second), Kind: audit.Login, Result: audit.Refused, Reason: audit.WrongPassword,
			Method: audit.ByPassword, Account: int64(i), Name: fmt.Sprint("User ", i), App: "app", Count: int64(i),
			Origin:  audit.Origin{Request: fmt.Sprint("r", i), Address: netip.MustParseAddr("192.0.2.1"), Client: "c", Actor: "a"},
			Details: []audit.Detail{{Key: "code", Value: fmt.Sprint(i)}},
		})
		if i < removed {
			f.head.Anchor, f.head.AnchorHash = r.Seq, r.Hash
		} else {
			f.rows = append(f.rows, r)
		}
	}
	f.head = f.head.Sealed(seal(1))
	return f
}

func verify(t *testing.T, f *forged, s audit.Sealer) audit.Finding {
	t.Helper()
	found, err := audit.Verify(t.Context(), f, s)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAWholeChainIsWhole(t *testing.T) {
	for _, c := range []struct{ n, removed int }{{0, 0}, {1, 0}, {1, 1}, {30, 0}, {30, 7}, {30, 30}, {2500, 0}} {
		f := verify(t, chained(c.n, c.removed), seal(1))
		if f.Broken != "" || f.Rows != int64(c.n-c.removed) || f.Head.Last != int64(c.n) {
			t.Errorf("%+v: %+v", c, f)
		}
	}
}

// alterations are all that can be changed in a row.
var alterations = []func(r *audit.Row){
	func(r *audit.Row) { r.Time = r.Time.Add(time.Microsecond) },
	func(r *audit.Row) { r.Kind = audit.Logout },
	func(r *audit.Row) { r.Result = audit.Success },
	func(r *audit.Row) { r.Reason = "" },
	func(r *audit.Row) { r.Method = audit.ByRemembered },
	func(r *audit.Row) { r.Account++ },
	func(r *audit.Row) { r.Name += "x" },
	func(r *audit.Row) { r.Name, r.App = r.Name+r.App, "" },
	func(r *audit.Row) { r.App = "ap" },
	func(r *audit.Row) { r.Count-- },
	func(r *audit.Row) { r.Request = "" },
	func(r *audit.Row) { r.Address = netip.MustParseAddr("192.0.2.2") },
	func(r *audit.Row) { r.Address = netip.Addr{} },
	func(r *audit.Row) { r.Client = "d" },
	func(r *audit.Row) { r.Actor = "" },
	func(r *audit.Row) { r.Details = nil },
	func(r *audit.Row) { r.Details = []audit.Detail{{Key: "cod", Value: "e0"}} },
	func(r *audit.Row) { r.Hash[31]++ },
}

func TestAnyAlterationIsFound(t *testing.T) {
	for i, alter := range alterations {
		for _, at := range []int{0, 5, 9} {
			f := chained(10, 0)
			alter(&f.rows[at])
			if found := verify(t, f, nil); found.Broken == "" || found.Seq < int64(at+1) || found.Seq > int64(at+2) {
				t.Errorf("alteration %d of row %d: %+v", i, at+1, found)
			}
		}
	}
}

// Rows that are removed, added, swapped or altered at random are found.
func TestAnyForgeryIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 2000 {
		n := 2 + random.IntN(20)
		f := chained(n, random.IntN(n-1))
		at := random.IntN(len(f.rows))
		var did string
		switch k := random.IntN(6); {
		case k == 0:
			did, f.rows = "removed", slices.Delete(f.rows, at, at+1)
		case k == 1:
			did, f.rows = "inserted", slices.Insert(f.rows, at, f.rows[at])
		case k == 2:
			extra := f.rows[len(f.rows)-1]
			extra.Seq++
			did, f.rows = "added at the end", append(f.rows, extra)
		case k == 3 && len(f.rows) > 1:
			other := (at + 1 + random.IntN(len(f.rows)-1)) % len(f.rows)
			a, b := &f.rows[at], &f.rows[other]
			a.Event, b.Event = b.Event, a.Event
			did = "swapped"
		case k == 4:
			did = "removed from the beginning or the end"
			if random.IntN(2) == 0 {
				f.rows = f.rows[:at]
			} else {
				f.rows = f.rows[at+1:]
			}
		default:
			did = "altered"
			alterations[random.IntN(len(alterations))](&f.rows[at])
		}
		if found := verify(t, f, nil); found.Broken == "" {
			t.Fatalf("round %d: row %d %s: %+v", round, at, did, found)
		}
	}
}

// Whoever can write the database but does not have the server's keys can make
// a chain that fits together; the seal of its end gives it away.
func TestAForgedChainHasNoSeal(t *testing.T) {
	whole := chained(10, 0)
	for name, c := range map[string]struct {
		head audit.Head
		want string
	}{
		"with the old seal": {audit.Head{Key: whole.head.Key, Code: whole.head.Code}, "seal is wrong"},
		"without a seal":    {audit.Head{}, "seal is wrong"},
		"by another key":    {audit.Head{Key: 9, Code: whole.head.Code}, "key 9, which is not in the key file"},
	} {
		f := &forged{}
		for _, r := range whole.rows {
			r.Name = "Somebody else"
			f.rows = append(f.rows, f.head.Next(r.Event))
		}
		f.head.Key, f.head.Code = c.head.Key, c.head.Code
		if found := verify(t, f, seal(1)); !strings.Contains(found.Broken, c.want) {
			t.Errorf("%s: %+v", name, found)
		}
	}
}
