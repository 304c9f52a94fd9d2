package sqlite

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/username"
)

// crowdRows is a big wiki's number of accounts.
const crowdRows = 100_000

// crowded is a store with crowdRows accounts: all in the group "user", but
// every tenth in "tenth", and every thousandth in "rare" and with edits.
func crowded(b *testing.B) account.Directory {
	b.Helper()
	s := opened(b, newPath(b), Options{Serving: true})
	var (
		next atomic.Int64
		all  sync.WaitGroup
	)
	for range 64 {
		all.Go(func() {
			for i := next.Add(1); i <= crowdRows; i = next.Add(1) {
				n := account.New{Name: username.FromStore(fmt.Sprintf("User %06d", i)), PasswordHash: "h", Registered: now, Groups: []string{"most"}}
				if i%10 == 0 {
					n.Groups = append(n.Groups, "tenth")
				}
				if i%1000 == 0 {
					n.Groups, n.EditCount = append(n.Groups, "rare"), i
				}
				if _, err := s.Accounts().Create(context.Background(), n); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return s.Directory()
}

func BenchmarkDirectory(b *testing.B) {
	d := crowded(b)
	names, ids := make([]username.Name, 500), make([]account.ID, 500)
	for i := range names {
		names[i], ids[i] = username.FromStore(fmt.Sprintf("User %06d", i*199+1)), account.ID(i*199+1)
	}
	read := func(name string, want int, f func(ctx context.Context) ([]account.Account, error)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if list, err := f(context.Background()); err != nil || len(list) != want {
					b.Fatal(len(list), err)
				}
			}
		})
	}
	read("names", 500, func(ctx context.Context) ([]account.Account, error) { return d.ByNames(ctx, names) })
	read("one name", 1, func(ctx context.Context) ([]account.Account, error) { return d.ByNames(ctx, names[:1]) })
	read("ids", 500, func(ctx context.Context) ([]account.Account, error) { return d.ByIDs(ctx, ids) })
	for _, c := range []struct {
		name string
		want int
		r    account.Range
	}{
		{"page of 11", 11, account.Range{From: "User 05", Limit: 11}},
		{"page of 501", 501, account.Range{From: "User 05", Limit: 501}},
		{"page down", 501, account.Range{From: "User 05", Limit: 501, Descending: true}},
		{"page of a prefix", 101, account.Range{Prefix: "User 08", Limit: 101}},
		{"empty range", 0, account.Range{From: "User 099999", To: "User 05", Limit: 501}},
		{"large group", 501, account.Range{InGroups: []string{"most"}, From: "User 05", Limit: 501}},
		{"small group", 50, account.Range{InGroups: []string{"rare"}, From: "User 050001", Limit: 501}},
		{"three groups", 501, account.Range{InGroups: []string{"rare", "tenth", "most"}, Limit: 501}},
		{"without a group", 501, account.Range{NotInGroups: []string{"tenth"}, Limit: 501}},
		{"without the largest group", 0, account.Range{NotInGroups: []string{"most"}, Limit: 501}},
		{"edited", 100, account.Range{Edited: true, Limit: 501}},
	} {
		c.r.Now = now
		read(c.name, c.want, func(ctx context.Context) ([]account.Account, error) { return d.Page(ctx, c.r) })
	}
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			if h, err := d.Count(context.Background(), now); err != nil || h.Accounts != crowdRows || h.InGroup["rare"] != 100 {
				b.Fatal(h, err)
			}
		}
	})
}
