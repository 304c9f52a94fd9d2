package mail

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/secret"
)

// The limits of a queue.
const (
	// Capacity is how many mails may be on their way at a time, those that wait
	// to be tried again included.
	Capacity = 500
	// workers is how many mails are handed over at a time.
	workers = 4
	// attemptTime is how long one attempt may take.
	attemptTime = 30 * time.Second
)

// pauses are the times between attempts. A mail that none of the attempts
// delivers is dropped, since what it says is out of date by then.
var pauses = []time.Duration{5 * time.Second, 20 * time.Second, time.Minute, 3 * time.Minute}

// Result is how a mail ended.
type Result string

// The results.
const (
	Delivered Result = "delivered" // to the transport
	Failed    Result = "failed"    // it was refused, or tried too often
	Dropped   Result = "dropped"   // it never got into the queue
)

// Queue takes mails and delivers them in the background. It is safe for
// concurrent use.
type Queue struct {
	transport Transport
	host      string // of message ids
	clock     clock.Clock
	log       *slog.Logger
	ended     func(Result)
	ready     chan *job // has room for all jobs, so that putting one there never waits

	mu       sync.Mutex
	jobs     map[*job]*time.Timer // on their way; nil: not waiting for a further attempt
	draining bool
	empty    chan struct{} // closed when draining and nothing is left
}

// job is a mail on its way.
type job struct {
	message  Message
	attempts int
}

// Deps is what a Queue needs.
type Deps struct {
	Transport Transport
	From      Address // gives message ids their host
	Clock     clock.Clock
	Log       *slog.Logger
	Ended     func(Result) // counts; may be nil
}

// NewQueue returns an empty queue, which delivers once Run runs.
func NewQueue(d Deps) *Queue {
	if d.Ended == nil {
		d.Ended = func(Result) {}
	}
	return &Queue{
		transport: d.Transport, host: d.From.domain, clock: d.Clock, log: d.Log, ended: d.Ended,
		ready: make(chan *job, Capacity), jobs: map[*job]*time.Timer{}, empty: make(chan struct{}),
	}
}

// Usable reports whether mails can be sent to an address.
func (q *Queue) Usable(address string) bool { return Usable(address) }

// Send takes a mail and returns at once. accepted is false when the address or
// a text can be none of a mail, or the queue is full or about to end.
func (q *Queue) Send(to, subject, body string) (accepted bool) {
	address, ok := ParseAddress(to)
	if !ok || !sendable(subject, body) {
		q.ended(Dropped)
		q.log.Warn("a mail was dropped, since it cannot be sent to such an address or with such a text", "channel", "mail")
		return false
	}
	j := &job{message: Message{
		ID: secret.Hex32() + "@" + q.host, Date: q.clock.Now(), To: address, Subject: subject, Body: body,
	}}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.draining || len(q.jobs) >= Capacity {
		q.ended(Dropped)
		q.log.Warn("a mail was dropped, since too many wait or the server ends", "channel", "mail", "waiting", len(q.jobs))
		return false
	}
	q.jobs[j] = nil
	q.ready <- j
	return true
}

// Waiting is how many mails are on their way.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs)
}

// Run delivers until ctx is done. Then it takes no further mail, tries those
// that are left at once and for the last time, and returns after grace at the
// latest.
func (q *Queue) Run(ctx context.Context, grace time.Duration) {
	delivering, stop := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	for range workers {
		all.Go(func() { q.work(delivering) })
	}
	<-ctx.Done()
	q.drain()
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case <-q.empty:
	case <-patience.C:
	}
	stop()
	all.Wait()
	if n := q.Waiting(); n > 0 {
		q.log.Warn("mails were left when the server ended", "channel", "mail", "waiting", n)
	}
}

// drain makes those ready that wait for a further attempt.
func (q *Queue) drain() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.draining = true
	for j, timer := range q.jobs {
		if timer != nil && timer.Stop() {
			q.jobs[j] = nil
			q.ready <- j
		}
	}
	if len(q.jobs) == 0 {
		close(q.empty)
	}
}

func (q *Queue) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-q.ready:
			q.attempt(ctx, j)
		}
	}
}

// attempt delivers a mail, or arranges for the next attempt.
func (q *Queue) attempt(ctx context.Context, j *job) {
	limited, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	err := q.transport.Deliver(limited, j.message)
	if err == nil {
		q.finish(j, Delivered)
		return
	}
	j.attempts++
	again := !IsRefused(err) && q.later(j)
	level := slog.LevelWarn
	if !again {
		level = slog.LevelError
		q.finish(j, Failed)
	}
	q.log.Log(ctx, level, "a mail was not delivered", "channel", "mail", "to", j.message.To.masked(), "id", j.message.ID,
		"attempts", j.attempts, "again", again, "error", strings.ReplaceAll(err.Error(), j.message.To.String(), j.message.To.masked()))
}

// later arranges for the next attempt, if there is to be one.
func (q *Queue) later(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.draining || j.attempts > len(pauses) {
		return false
	}
	q.jobs[j] = time.AfterFunc(pauses[j.attempts-1], func() { q.ready <- j })
	return true
}

// finish forgets a mail.
func (q *Queue) finish(j *job, r Result) {
	q.ended(r)
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.jobs, j)
	if q.draining && len(q.jobs) == 0 {
		close(q.empty)
	}
}
