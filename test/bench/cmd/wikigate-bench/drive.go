package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// unit is one piece of work on a connection, usually a request. It gives false
// when there is nothing more to do.
type unit func(c *client) (more bool, err error)

// load is many connections that do the same kind of work.
type load struct {
	server      *process
	connections int
	limit       time.Duration         // units begun later are not counted
	worker      func(number int) unit // called once per connection
}

// result is what a load has done.
type result struct {
	units     int
	took      time.Duration
	cpu       time.Duration // of the server
	latencies []time.Duration
}

// rate is units per second.
func (r result) rate() float64 { return float64(r.units) / r.took.Seconds() }

// cost is the server's processor time per unit, in microseconds.
func (r result) cost() float64 {
	return float64(r.cpu.Microseconds()) / float64(max(1, r.units))
}

// quantile of the latencies, which are sorted.
func (r result) quantile(q float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(len(r.latencies)-1, int(q*float64(len(r.latencies))))]
}

// run does the work until the limit has passed, no worker has more, or ctx
// ends.
func (l load) run(ctx context.Context) (result, error) {
	clients := make([]*client, l.connections)
	for i := range clients {
		c, err := dial(l.server.address, time.Now().Add(l.limit+20*time.Second))
		if err != nil {
			return result{}, err
		}
		defer c.conn.Close()
		clients[i] = c
	}
	pid := l.server.cmd.Process.Pid
	latencies, errs := make([][]time.Duration, len(clients)), make([]error, len(clients))
	cpu, begin := cpuTime(pid), time.Now()
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() { latencies[i], errs[i] = work(ctx, c, l.worker(i), begin.Add(l.limit)) })
	}
	all.Wait()
	r := result{took: time.Since(begin), cpu: cpuTime(pid) - cpu, latencies: slices.Concat(latencies...)}
	r.units = len(r.latencies)
	slices.Sort(r.latencies)
	return r, errors.Join(errors.Join(errs...), ctx.Err())
}

// work repeats a unit on one connection and times each.
func work(ctx context.Context, c *client, do unit, end time.Time) ([]time.Duration, error) {
	var latencies []time.Duration
	for start := time.Now(); start.Before(end) && ctx.Err() == nil; {
		more, err := do(c)
		if err != nil || !more {
			return latencies, err
		}
		now := time.Now()
		latencies = append(latencies, now.Sub(start))
		start = now
	}
	return latencies, nil
}

// repeat is a worker for prepared requests: each connection begins at another
// one and takes them in turn.
func repeat(requests [][]byte) func(number int) unit {
	return func(number int) unit {
		next := number * 7
		return func(c *client) (bool, error) {
			_, err := c.do(requests[next%len(requests)])
			next++
			return true, err
		}
	}
}
