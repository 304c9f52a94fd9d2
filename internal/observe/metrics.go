// Package observe is what an operator sees of a running server from outside:
// metrics in the text form of Prometheus, liveness, readiness and profiles.
//
// It owns the names of metrics that events count into, the readiness check and
// the handler of the admin listener. What is only read when somebody looks is
// handed over as functions by package app. Labels come from closed lists, so
// that no client can make the metrics grow. It knows no rule and no store.
package observe

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics counts what happens. It is safe for concurrent use. A nil *Metrics
// counts nothing.
type Metrics struct {
	registry *prometheus.Registry

	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	logins    *prometheus.CounterVec
	throttled *prometheus.CounterVec
	store     *prometheus.HistogramVec
	reloads   *prometheus.CounterVec
	events    *prometheus.CounterVec
	lost      prometheus.Counter
	mails     *prometheus.CounterVec

	// answers spare each request the search for its children by their labels,
	// which takes longer than counting. The map is replaced, never changed.
	answers atomic.Pointer[map[answer]outcome]
	growing sync.Mutex // held while answers is replaced
}

// answer is what a request to the API was about and how it ended.
type answer struct{ action, code string }

type outcome struct {
	count prometheus.Counter
	took  prometheus.Observer
}

// fast are the bounds of the buckets of latencies, in seconds: an answer from
// memory takes tens of microseconds, and what takes seconds has waited.
var fast = []float64{0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10}

// NewMetrics returns metrics that stand at nothing, those of the Go runtime and
// of the process, and those that are read when asked for.
func NewMetrics(readings []Reading) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wikigate_requests_total", Help: "Requests to the API, by action and by the code of the answer's first error.",
		}, []string{"action", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wikigate_request_duration_seconds", Help: "Time to answer a request to the API, by action.", Buckets: fast,
		}, []string{"action"}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wikigate_logins_total", Help: "Ends of login attempts, by kind of login, result and code of the reason.",
		}, []string{"kind", "result", "code"}),
		throttled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wikigate_throttled_total", Help: "Attempts that a throttle refused, by its kind.",
		}, []string{"kind"}),
		store: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wikigate_store_duration_seconds", Help: "Time that reading from the store, or a durable write to it, took.", Buckets: fast,
		}, []string{"operation"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wikigate_audit_events_total", Help: "Events that were written to the audit trail, by kind and result.",
		}, []string{"event", "result"}),
		lost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "wikigate_audit_failures_total", Help: "Attempts to write events of their own to the audit trail that failed.",
		}),
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wikigate_mails_total", Help: "Mails, by how they ended: delivered to the mail server, failed or dropped.",
		}, []string{"result"}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wikigate_reloads_total", Help: "Times that the configuration was read anew, by result.",
		}, []string{"result"}),
	}
	m.answers.Store(&map[answer]outcome{})
	m.registry.MustRegister(m.requests, m.durations, m.logins, m.throttled, m.store, m.reloads, m.events, m.lost, m.mails,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, result := range []string{"delivered", "failed", "dropped"} {
		m.mails.WithLabelValues(result) // there before the first one
	}
	for _, r := range readings {
		m.registry.MustRegister(r.collector())
	}
	return m
}

// Reading is a metric that is read when somebody asks for it.
type Reading struct {
	Name, Help string
	Labels     map[string]string // fixed ones
	Counter    bool              // it only grows; its name ends in _total
	Value      func() float64    // safe for concurrent use, and fast
}

func (r Reading) collector() prometheus.Collector {
	if r.Counter {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: r.Name, Help: r.Help, ConstLabels: r.Labels}, r.Value)
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: r.Name, Help: r.Help, ConstLabels: r.Labels}, r.Value)
}

// Request counts an answer of the API. action and code must come from closed
// lists.
func (m *Metrics) Request(action, code string, took time.Duration) {
	if m == nil {
		return
	}
	o, ok := (*m.answers.Load())[answer{action, code}]
	if !ok {
		o = m.newAnswer(answer{action, code})
	}
	o.count.Inc()
	o.took.Observe(took.Seconds())
}

// newAnswer remembers a sort of answer that was not met before.
func (m *Metrics) newAnswer(a answer) outcome {
	m.growing.Lock()
	defer m.growing.Unlock()
	o := outcome{count: m.requests.WithLabelValues(a.action, a.code), took: m.durations.WithLabelValues(a.action)}
	all := maps.Clone(*m.answers.Load())
	all[a] = o
	m.answers.Store(&all)
	return o
}

// Login counts the end of a login attempt.
func (m *Metrics) Login(kind, result, code string) {
	if m != nil {
		m.logins.WithLabelValues(kind, result, code).Inc()
	}
}

// Throttled counts an attempt that a throttle refused.
func (m *Metrics) Throttled(kind string) {
	if m != nil {
		m.throttled.WithLabelValues(kind).Inc()
	}
}

// Audited counts an event that was written to the audit trail.
func (m *Metrics) Audited(event, result string) {
	if m != nil {
		m.events.WithLabelValues(event, result).Inc()
	}
}

// NotAudited counts a failure to write events.
func (m *Metrics) NotAudited() {
	if m != nil {
		m.lost.Inc()
	}
}

// Mail counts a mail that has left, or never will.
func (m *Metrics) Mail(result string) {
	if m != nil {
		m.mails.WithLabelValues(result).Inc()
	}
}

// Store returns what takes the durations of one operation of the store; nil
// when nothing counts.
func (m *Metrics) Store(operation string) func(time.Duration) {
	if m == nil {
		return nil
	}
	o := m.store.WithLabelValues(operation)
	return func(took time.Duration) { o.Observe(took.Seconds()) }
}

// Reload counts an attempt to read the configuration anew.
func (m *Metrics) Reload(ok bool) {
	if m == nil {
		return
	}
	result := "ok"
	if !ok {
		result = "failed"
	}
	m.reloads.WithLabelValues(result).Inc()
}
