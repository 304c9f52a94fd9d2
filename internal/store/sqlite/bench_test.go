package sqlite

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

const benchRows = 10_000

// filled is a store with benchRows accounts, each with a bot password, a
// session of its own and one of its bot.
func filled(b *testing.B) *Store {
	b.Helper()
	s := opened(b, newPath(b), Options{Serving: true})
	ctx := context.Background()
	var next atomic.Int64
	fill := func() {
		for i := next.Add(1); i <= benchRows; i = next.Add(1) {
			a, err := s.Accounts().Create(ctx, account.New{
				Name: username.FromStore(fmt.Sprint("User", i)), PasswordHash: "h", Token: secret.New(secret.Hex32()), Groups: []string{"bot"},
			})
			if err != nil {
				b.Error(err)
				return
			}
			bot := botpassword.BotPassword{
				Owner: a.ID, App: "app", Hash: "$wg$0123456789012345678901234567890123456789", Stamp: secret.Hex32(), Created: now,
				Grants:       []string{"basic", "highvolume", "editpage", "createeditmovepage", "uploadfile"},
				Restrictions: grant.Unrestricted(),
			}
			if err := s.BotPasswords().Create(ctx, bot); err != nil {
				b.Error(err)
			}
			for kind, prefix := range map[session.Kind]string{session.KindUser: "user", session.KindBot: "bot"} {
				r := row(prefix + strconv.FormatInt(i, 10))
				r.Kind, r.Owner = kind, a.ID
				if kind == session.KindBot {
					r.App = "app"
				}
				if err := s.Sessions().Put(ctx, r); err != nil {
					b.Error(err)
				}
			}
		}
	}
	done := make(chan struct{})
	for range 64 {
		go func() { fill(); done <- struct{}{} }()
	}
	for range 64 {
		<-done
	}
	return s
}

// keys are the ids of the sessions with prefix, made beforehand.
func keys(prefix string) []session.ID {
	ids := make([]session.ID, benchRows)
	for i := range ids {
		ids[i] = session.HashID(prefix + strconv.Itoa(i+1))
	}
	return ids
}

func BenchmarkSessionGet(b *testing.B) {
	s := filled(b)
	for _, kind := range []string{"user", "bot"} {
		ids := keys(kind)
		get := func(i int) {
			if _, _, found, err := s.Sessions().Get(context.Background(), ids[i*7919%benchRows], now); err != nil || !found {
				b.Error(found, err)
			}
		}
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				get(i)
			}
		})
		b.Run(kind+"/parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					get(i)
				}
			})
		})
	}
}

func BenchmarkBotFind(b *testing.B) {
	s := filled(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		name := username.FromStore("User" + strconv.Itoa(i%benchRows+1))
		if f, err := s.BotPasswords().Find(context.Background(), name, "app"); err != nil || !f.AppFound {
			b.Fatal(f, err)
		}
	}
}

func BenchmarkAccountByName(b *testing.B) {
	s := filled(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		name := username.FromStore("User" + strconv.Itoa(i%benchRows+1))
		if _, found, err := s.Accounts().ByName(context.Background(), name); err != nil || !found {
			b.Fatal(found, err)
		}
	}
}

// callers runs f in 32 goroutines and says how many changes shared a commit.
func callers(b *testing.B, s *Store, f func(i int64) error) {
	b.Helper()
	b.ReportAllocs()
	b.SetParallelism(16) // times two processors
	before := s.Stats()
	var next atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := f(next.Add(1)); err != nil {
				b.Error(err)
			}
		}
	})
	after := s.Stats()
	b.ReportMetric(float64(after.Changes-before.Changes)/float64(after.Commits-before.Commits), "changes/commit")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
}

func BenchmarkPut(b *testing.B) {
	s := opened(b, newPath(b), Options{Serving: true})
	callers(b, s, func(i int64) error { return s.Sessions().Put(context.Background(), row(strconv.FormatInt(i, 10))) })
}

func BenchmarkRotate(b *testing.B) {
	s := opened(b, newPath(b), Options{Serving: true})
	callers(b, s, func(i int64) error {
		old := session.HashID("anonymous" + strconv.FormatInt(i, 10))
		spent := session.Row{ID: old, Kind: session.KindSpent, Created: now, Expires: now.Add(time.Hour)}
		return s.Sessions().Rotate(context.Background(), old, row(strconv.FormatInt(i, 10)), []session.Row{spent})
	})
}

func BenchmarkTake(b *testing.B) {
	s := opened(b, newPath(b), Options{Serving: true})
	callers(b, s, func(i int64) error {
		buckets := []throttle.Bucket{
			{Key: "short" + strconv.FormatInt(i%1000, 10), Limit: 1 << 30, Period: time.Minute},
			{Key: "long" + strconv.FormatInt(i%1000, 10), Limit: 1 << 30, Period: time.Hour},
		}
		_, err := s.Throttle().Take(context.Background(), buckets, now)
		return err
	})
}

func BenchmarkGeneration(b *testing.B) {
	s := opened(b, newPath(b), Options{Serving: true})
	for b.Loop() {
		s.Generation().Current()
	}
}
