package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"
)

const floodRow = "flood of logins with passwords"

const (
	floodLogins  = 500                   // at the same time
	floodLength  = 8 * time.Second       // of the flood
	floodProbes  = 4                     // connections that ask for tokens meanwhile
	probeEvery   = 20 * time.Millisecond // on each of them
	afterRefusal = time.Second           // until a refused client tries again
	tokenTarget  = 50 * time.Millisecond // at the 99th percentile
	hashBudget   = 128 << 20             // bytes, the default of hash-memory
)

// drops are the latencies of one kind of answer. It is safe for concurrent use.
type drops struct {
	mu  sync.Mutex
	all []time.Duration
}

func (d *drops) add(took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, took)
}

// result makes the latencies one of a load.
func (d *drops) result(took time.Duration) result {
	slices.Sort(d.all)
	return result{units: len(d.all), took: took, latencies: d.all}
}

// flood measures what requests for tokens and refused logins feel while many
// clients log in with passwords, each from an address of its own.
func (b *bench) flood(ctx context.Context, _ *sessions) error {
	if !b.only.MatchString(floodRow) {
		return nil
	}
	if err := b.restart("--trusted-proxies", "127.0.0.1"); err != nil {
		return err
	}
	before, _ := residentMB(b.real.cmd.Process.Pid)
	length := floodLength
	if b.rounds < 5 {
		length = floodLength / 4
	}
	var checked, refused, tokens drops
	end := time.Now().Add(length)
	errs := make([]error, floodLogins+floodProbes)
	var all sync.WaitGroup
	for i := range floodLogins {
		all.Go(func() { errs[i] = b.floodOne(ctx, i, end, &checked, &refused) })
	}
	for i := range floodProbes {
		all.Go(func() { errs[floodLogins+i] = b.probe(ctx, end, &tokens) })
	}
	all.Wait()
	if err := errors.Join(errors.Join(errs...), ctx.Err()); err != nil {
		return err
	}
	b.printFlood(before, checked.result(length), refused.result(length), tokens.result(length))
	return nil
}

// floodOne logs in again and again, with names that nobody has: they cost what
// a wrong password costs.
func (b *bench) floodOne(ctx context.Context, number int, end time.Time, checked, refused *drops) error {
	c, err := dial(b.real.address, end.Add(20*time.Second))
	if err != nil {
		return err
	}
	defer c.conn.Close()
	a, err := c.do(get(loginTokenQuery, ""))
	if err != nil {
		return err
	}
	session, token := a.cookie("wikigate_session"), a.token()
	for round := 0; time.Now().Before(end) && ctx.Err() == nil; round++ {
		form := fmt.Appendf(nil, "action=login&format=json&lgname=Flood%d-%d&lgpassword=wrong&lgtoken=%s", number, round, token)
		address := fmt.Sprintf("X-Forwarded-For: 10.%d.%d.%d\r\n", rand.IntN(256), rand.IntN(256), rand.IntN(256))
		request := bytes.Replace(appendPost(nil, session, form), []byte("Content-Type:"), []byte(address+"Content-Type:"), 1)
		start := time.Now()
		status, err := c.status(request)
		switch took := time.Since(start); {
		case err != nil:
			return err
		case status == 200:
			checked.add(took)
		case status == 503:
			refused.add(took)
			wait(ctx, min(afterRefusal, time.Until(end)))
		default:
			return fmt.Errorf("a login of the flood was answered with status %d", status)
		}
	}
	return nil
}

// probe asks for a token at a steady pace, as somebody else does.
func (b *bench) probe(ctx context.Context, end time.Time, tokens *drops) error {
	c, err := dial(b.real.address, end.Add(20*time.Second))
	if err != nil {
		return err
	}
	defer c.conn.Close()
	request := get(loginTokenQuery, "")
	for next := time.Now().Add(probeEvery); next.Before(end) && ctx.Err() == nil; next = next.Add(probeEvery) {
		wait(ctx, time.Until(next))
		start := time.Now()
		if _, err := c.do(request); err != nil {
			return err
		}
		tokens.add(time.Since(start))
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// status sends a request and gives the status of the answer, whatever it is.
func (c *client) status(request []byte) (int, error) {
	a, err := c.do(request)
	if err == nil {
		return 200, nil
	}
	if len(a.head) < len(statusOK) {
		return 0, err
	}
	return strconv.Atoi(string(a.head[len("HTTP/1.1 "):len("HTTP/1.1 200")]))
}

func (b *bench) printFlood(before float64, checked, refused, tokens result) {
	ms := func(r result, q float64) string { return fmt.Sprintf("%.2f ms", float64(r.quantile(q))/1e6) }
	_, peak := residentMB(b.real.cmd.Process.Pid)
	fmt.Printf("%-38s %d clients: %.0f checks/s; tokens meanwhile p50 %s, p99 %s (< %v: %s); %d refused, answered p50 %s, p99 %s; resident %.0f MB before, %.0f MB at its highest, %d MB allowed for hashes\n",
		floodRow, floodLogins, checked.rate(), ms(tokens, 0.50), ms(tokens, 0.99), tokenTarget, verdict(tokens.quantile(0.99) < tokenTarget),
		refused.units, ms(refused, 0.50), ms(refused, 0.99), before, peak, hashBudget>>20)
}
