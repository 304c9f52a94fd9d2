package audit

import (
	"net/netip"
	"sync"
	"time"
)

// What is kept of refused attempts in each window. The rest is counted, so that
// a flood can fill neither the disk nor the memory.
const (
	floodWindow = time.Minute
	// perAttempt is for one name from one address with one reason, perAddress
	// for one address (of IPv6: a /64 network), perServer for all.
	perAttempt = 5
	perAddress = 60
	perServer  = 600
)

// flood decides which refused attempts are kept. The zero value is ready.
type flood struct {
	mu        sync.Mutex
	began     time.Time
	attempts  map[attempt]int
	addresses map[netip.Prefix]int
	all       int
	folded    map[attempt]*Event
}

// attempt is what makes attempts the same. Zero fields stand for any.
type attempt struct {
	kind    Kind
	reason  Reason
	address netip.Prefix
	name    string
}

// admit says whether e is kept by itself. due are the counts of a window that
// has ended; keep them.
func (f *flood) admit(e Event) (kept bool, due []Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := e.Time.Sub(f.began); d < 0 || d >= floodWindow {
		due = f.end()
		f.began = e.Time
	}
	key := attempt{kind: e.Kind, reason: e.Reason, address: network(e.Address), name: e.Name}
	switch {
	case f.all >= perServer:
		f.fold(attempt{kind: e.Kind, reason: e.Reason}, Event{}, e)
	case f.addresses[key.address] >= perAddress:
		f.fold(attempt{kind: e.Kind, reason: e.Reason, address: key.address}, Event{Origin: Origin{Address: e.Address}}, e)
	case f.attempts[key] >= perAttempt:
		f.fold(key, Event{Account: e.Account, Name: e.Name, App: e.App, Origin: Origin{Address: e.Address}}, e)
	default:
		f.attempts[key]++
		f.addresses[key.address]++
		f.all++
		return true, due
	}
	return false, due
}

// fold counts e; about is what all that are counted with it have in common.
func (f *flood) fold(key attempt, about, e Event) {
	n := f.folded[key]
	if n == nil {
		about.Kind, about.Result, about.Reason, about.Method = e.Kind, e.Result, e.Reason, e.Method
		n = &about
		f.folded[key] = n
	}
	n.Time, n.Count = e.Time, n.Count+1
}

// rest gives the counts, and begins anew, when the window has ended at now.
func (f *flood) rest(now time.Time) []Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := now.Sub(f.began); d >= 0 && d < floodWindow {
		return nil
	}
	return f.end()
}

// end gives all counts and begins anew. The caller holds the lock.
func (f *flood) end() (due []Event) {
	for _, e := range f.folded {
		due = append(due, *e)
	}
	f.attempts, f.addresses, f.all, f.folded = map[attempt]int{}, map[netip.Prefix]int{}, 0, map[attempt]*Event{}
	return due
}

// network is what counts as one address.
func network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero Prefix for no address
	return p
}
