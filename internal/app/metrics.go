package app

import (
	"context"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/observe"
	"github.com/wikigate/wikigate/internal/passhash"
	"github.com/wikigate/wikigate/internal/throttle"
)

// Build is what the compiler has noted in the program.
type Build struct {
	Version  string
	Revision string // the commit it was built from; may be empty
	Go       string
}

// ReadBuild reads it.
func ReadBuild() Build {
	b := Build{Version: "unknown", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Revision = s.Value
		}
	}
	return b
}

// wantsMetrics reports whether anybody can read them; if not, nothing counts.
func (a *App) wantsMetrics() bool { return a.cfg.AdminListen != "" }

// readings are the metrics that are read when somebody asks. The functions run
// when everything is open.
func (a *App) readings() []observe.Reading {
	b := ReadBuild()
	gauge := func(name, help string, value func() float64) observe.Reading {
		return observe.Reading{Name: "wikigate_" + name, Help: help, Value: value}
	}
	counter := func(name, help string, value func() float64) observe.Reading {
		return observe.Reading{Name: "wikigate_" + name + "_total", Help: help, Value: value, Counter: true}
	}
	hashing := func(of func(passhash.Stats) float64) func() float64 {
		return func() float64 { return of(a.hashing.Stats()) }
	}
	return []observe.Reading{
		{Name: "wikigate_build_info", Help: "Always 1; the labels say which program this is.",
			Labels: map[string]string{"version": b.Version, "revision": b.Revision, "go": b.Go}, Value: func() float64 { return 1 }},
		gauge("certificate_expiry_timestamp_seconds", "When the certificate in use ends; 0 without one of files.", a.certificateEnds),
		counter("hashes", "Slow password hashes that got their memory.", hashing(func(s passhash.Stats) float64 { return float64(s.Taken) })),
		counter("hashes_refused", "Slow password hashes for which the queue had no place.", hashing(func(s passhash.Stats) float64 { return float64(s.Refused) })),
		counter("hash_wait_seconds", "Time that slow hashes have waited for memory, added up.", hashing(func(s passhash.Stats) float64 { return s.Waited.Seconds() })),
		gauge("hash_queue_length", "Logins that wait for memory now.", hashing(func(s passhash.Stats) float64 { return float64(s.Waiting) })),
		gauge("hash_memory_used_bytes", "Memory that slow hashes take now.", hashing(func(s passhash.Stats) float64 { return float64(s.InUse) })),
		gauge("hash_memory_limit_bytes", "Memory that slow hashes may take.", hashing(func(s passhash.Stats) float64 { return float64(s.Size) })),
		counter("session_cache_hits", "Sessions that were found in memory.", func() float64 { return float64(a.manager.CacheStats().Hits) }),
		counter("session_cache_misses", "Sessions that were looked up in the store.", func() float64 { return float64(a.manager.CacheStats().Misses) }),
		counter("store_commits", "Transactions that were committed.", func() float64 { return float64(a.store.Stats().Commits) }),
		counter("store_changes", "Changes in them.", func() float64 { return float64(a.store.Stats().Changes) }),
		counter("store_failures", "Transactions that failed and were rolled back.", func() float64 { return float64(a.store.Stats().Failures) }),
		gauge("store_queue_length", "Changes that wait for their transaction now.", func() float64 { return float64(a.store.Stats().Waiting) }),
		gauge("mails_waiting", "Mails that are on their way now.", a.mailsWaiting),
		gauge("store_size_bytes", "Size of the database on the disk.", a.storeSize),
	}
}

// storeSize is 0 when the disk does not tell.
func (a *App) storeSize() float64 {
	n, _ := a.store.Size()
	return float64(n)
}

// countedThrottle counts what a throttle refuses. The kind is what a bucket's
// key begins with.
type countedThrottle struct {
	throttle.Store
	refused func(kind string)
}

func (c countedThrottle) Take(ctx context.Context, buckets []throttle.Bucket, now time.Time) (int, error) {
	refused, err := c.Store.Take(ctx, buckets, now)
	if err == nil && refused >= 0 && refused < len(buckets) {
		kind, _, _ := strings.Cut(buckets[refused].Key, ":")
		c.refused(kind)
	}
	return refused, err
}

// throttleStore is the store of attempts, counted if somebody can read that.
func (a *App) throttleStore() throttle.Store {
	if a.metrics == nil {
		return a.store.Throttle()
	}
	return countedThrottle{Store: a.store.Throttle(), refused: a.metrics.Throttled}
}

// auditSink gets what was written to the audit trail: it goes to the log and is
// counted.
func (a *App) auditSink() audit.Sink {
	stream := audit.Stream(a.log)
	if a.metrics == nil {
		return stream
	}
	return func(rows []audit.Row) {
		stream(rows)
		for i := range rows {
			result := rows[i].Result
			if result == "" {
				result = audit.Success
			}
			a.metrics.Audited(string(rows[i].Kind), string(result))
		}
	}
}

// countedAudit counts events that could not be written.
type countedAudit struct {
	audit.Store
	failed func()
}

func (c countedAudit) Append(ctx context.Context, events ...audit.Event) error {
	err := c.Store.Append(ctx, events...)
	if err != nil {
		c.failed()
	}
	return err
}
