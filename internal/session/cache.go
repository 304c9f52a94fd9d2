package session

import (
	"encoding/binary"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/wikigate/wikigate/internal/account"
)

// cache keeps loaded sessions between requests. A nil *cache keeps nothing.
//
// It is never wrong: an entry is used only while the Generation it was read in
// is the present one and stable, and a removal defeats every read that began
// before it. So a read that raced with a logout cannot bring the session back.
type cache struct {
	gen    Generation
	shards [cacheShards]cacheShard
	owners owners
}

const (
	cacheShards  = 64
	shardEntries = 1 << 12 // a full shard drops any entry for a new one
	maxOwners    = 1 << 16 // when there are more, sharing begins anew
)

type cacheShard struct {
	mu       sync.RWMutex
	entries  map[ID]cacheEntry
	removals uint64

	hits, misses atomic.Uint64
}

type cacheEntry struct {
	*loaded
	gen uint64
}

// place is where a read began: what it finds may be added only if nothing has
// been removed from its shard, and nothing changed behind it, since then.
type place struct {
	shard    *cacheShard
	removals uint64
	gen      uint64
	stable   bool
}

func newCache(gen Generation) *cache {
	c := &cache{gen: gen, owners: owners{known: map[ownerKey]*Owner{}}}
	for i := range c.shards {
		c.shards[i].entries = map[ID]cacheEntry{}
	}
	return c
}

// shard spreads ids, which are hashes already.
func (c *cache) shard(id ID) *cacheShard {
	return &c.shards[binary.BigEndian.Uint16(id[:])%cacheShards]
}

// get returns nil when the session is not there or may be stale.
func (c *cache) get(id ID) *loaded {
	if c == nil {
		return nil
	}
	s := c.shard(id)
	gen, stable := c.gen.Current()
	if !stable {
		s.misses.Add(1)
		return nil
	}
	s.mu.RLock()
	e := s.entries[id]
	s.mu.RUnlock()
	if e.loaded == nil || e.gen != gen {
		s.misses.Add(1)
		return nil
	}
	s.hits.Add(1)
	return e.loaded
}

// CacheStats is how often sessions were found in memory.
type CacheStats struct{ Hits, Misses uint64 }

// CacheStats costs a microsecond. Without a cache all is 0.
func (m *Manager) CacheStats() (s CacheStats) {
	if m.cache == nil {
		return s
	}
	for i := range m.cache.shards {
		s.Hits += m.cache.shards[i].hits.Load()
		s.Misses += m.cache.shards[i].misses.Load()
	}
	return s
}

// reserve is called before the store is read.
func (c *cache) reserve(id ID) (p place) {
	if c == nil {
		return p
	}
	p.gen, p.stable = c.gen.Current()
	p.shard = c.shard(id)
	p.shard.mu.RLock()
	p.removals = p.shard.removals
	p.shard.mu.RUnlock()
	return p
}

// add keeps what the store gave, if that is still certain. Nobody else may have
// seen l yet.
func (c *cache) add(p place, l *loaded) {
	if c == nil || !p.stable {
		return
	}
	c.owners.share(l)
	s := p.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.removals != p.removals {
		return
	}
	if len(s.entries) >= shardEntries {
		for id := range s.entries {
			delete(s.entries, id)
			break
		}
	}
	s.entries[l.row.ID] = cacheEntry{loaded: l, gen: p.gen}
}

// remove forgets a session; call it after the store has changed.
func (c *cache) remove(id ID) {
	if c == nil {
		return
	}
	s := c.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removals++
	delete(s.entries, id)
}

// owners gives sessions of one account, or of one bot password, the same copy
// of what they depend on, which would be most of a session's memory.
type owners struct {
	mu    sync.Mutex
	known map[ownerKey]*Owner
}

type ownerKey struct {
	id  account.ID
	app string
}

func (o *owners) share(l *loaded) {
	key := ownerKey{l.row.Owner, l.row.App}
	o.mu.Lock()
	defer o.mu.Unlock()
	if known := o.known[key]; known != nil && reflect.DeepEqual(known, l.owner) {
		l.owner = known
	} else {
		if len(o.known) >= maxOwners {
			o.known = map[ownerKey]*Owner{}
		}
		o.known[key] = l.owner
	}
	// Texts that are equal, as they nearly always are, become one text.
	if l.rec.name == l.owner.Name {
		l.rec.name = l.owner.Name
	}
	if l.rec.ownerToken == l.owner.Token {
		l.rec.ownerToken = l.owner.Token
	}
	if bot := l.owner.Bot; bot != nil && l.rec.botStamp == bot.Stamp {
		l.rec.botStamp = bot.Stamp
	}
}
