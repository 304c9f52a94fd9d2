package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// bench is one run of the program.
type bench struct {
	plan
	dir     string // for everything that is written
	self    string // this program
	program string // wikigate
	bots    []bot
	bare    *process
	real    *process
	begin   time.Time
}

// run measures everything and ends what it has started.
func (b *bench) run(ctx context.Context) (err error) {
	b.begin = time.Now()
	defer func() { b.bare.stop(); b.real.stop() }()
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if b.program = b.binary; b.program == "" {
		if b.program, err = buildProgram(b.dir); err != nil {
			return err
		}
	}
	if b.bots, err = createBots(b.program, b.data()); err != nil {
		return err
	}
	b.printHeading()
	var few sessions
	for _, part := range []func(context.Context, *sessions) error{b.inMemory, b.storm, b.withoutCache, b.flood, b.names} {
		if err := part(ctx, &few); err != nil {
			return err
		}
	}
	b.printEnd()
	return nil
}

func (b *bench) data() string { return filepath.Join(b.dir, "data") }

// restart starts a server on the data, whose only one it is.
func (b *bench) restart(options ...string) (err error) {
	b.real.stop()
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--data", b.data()}, options...)
	b.real, err = launch(b.dir, b.program, args...)
	return err
}

// inMemory measures requests that need no database, and fills few with
// sessions to ask in.
func (b *bench) inMemory(ctx context.Context, few *sessions) error {
	if err := b.restart(); err != nil {
		return err
	}
	few.most = b.distinct
	if _, err := b.drive(ctx, b.real, time.Minute, logIn(b.bots, few)); err != nil {
		return err
	}
	anonymous := make([]string, len(few.cookies))
	for i, both := range few.cookies {
		own, _, _ := bytes.Cut([]byte(both), []byte(";"))
		anonymous[i] = string(own)
	}
	for _, r := range []row{
		{name: "tokens, anonymous, no cookie", query: loginTokenQuery, cookies: []string{""}, target: 0.80},
		{name: "tokens, anonymous, with cookie", query: loginTokenQuery, cookies: anonymous, target: 0.80},
		{name: "userinfo, bot session, cache", query: userInfoQuery, cookies: few.cookies, target: 0.65},
		{name: "tokens, bot session, cache", query: csrfTokenQuery, cookies: few.cookies, target: 0.65},
	} {
		if err := b.compare(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// withoutCache measures requests that read the database, which holds all that
// the storm has left.
func (b *bench) withoutCache(ctx context.Context, few *sessions) error {
	if err := b.restart("--session-cache=false"); err != nil {
		return err
	}
	return b.compare(ctx, row{name: "userinfo, bot session, SQLite alone", query: userInfoQuery, cookies: few.cookies, target: 0.45})
}

// row is a kind of request that is compared with a bare server.
type row struct {
	name    string
	query   string
	cookies []string
	target  float64 // share of the bare server's requests per second
}

// compare asks the bare and the real server in turn. Both get the same bytes
// and answer bodies of the same length.
func (b *bench) compare(ctx context.Context, r row) (err error) {
	if !b.only.MatchString(r.name) {
		return nil
	}
	requests := make([][]byte, len(r.cookies))
	for i, cookies := range r.cookies {
		requests[i] = get(r.query, cookies)
	}
	size, err := b.try(requests[0])
	if err != nil {
		return err
	}
	if b.bare, err = launch(b.dir, b.self, "-bare", strconv.Itoa(size)); err != nil {
		return err
	}
	defer b.bare.stop()
	var bare, real []result
	for round := -1; round < b.rounds; round++ {
		length := b.round
		if round < 0 {
			length = b.warmUp
		}
		one, err := b.drive(ctx, b.bare, length, repeat(requests))
		if err != nil {
			return err
		}
		two, err := b.drive(ctx, b.real, length, repeat(requests))
		if err != nil {
			return err
		}
		if round >= 0 {
			bare, real = append(bare, one), append(real, two)
		}
	}
	b.printComparison(r, bare, real)
	return nil
}

// try sends a request once and gives the length of the body. A warning means
// that the server does not know what a row is about.
func (b *bench) try(request []byte) (size int, err error) {
	c, err := dial(b.real.address, time.Now().Add(10*time.Second))
	if err != nil {
		return 0, err
	}
	defer c.conn.Close()
	a, err := c.do(request)
	if err == nil && bytes.Contains(a.body, []byte(`"warnings"`)) {
		err = fmt.Errorf("the server warns: %s", a.body)
	}
	return len(a.body), err
}

func (b *bench) drive(ctx context.Context, server *process, limit time.Duration, worker func(int) unit) (result, error) {
	return load{server: server, connections: b.connections, limit: limit, worker: worker}.run(ctx)
}

// Names of rows.
const (
	memoryRow = "memory of sessions in cache"
	logoutRow = "logouts, durable"
)

// storm measures logins, the memory of the sessions they make, and logouts.
func (b *bench) storm(ctx context.Context, _ *sessions) error {
	if err := b.restart(); err != nil {
		return err
	}
	many := &sessions{most: math.MaxInt}
	for _, connections := range []int{b.connections, 2 * b.connections} {
		name := fmt.Sprintf("bot logins, durable, %d connections", connections)
		if err := b.repeated(ctx, name, connections, b.round, 2000, logIn(b.bots, many)); err != nil {
			return err
		}
	}
	if !b.only.MatchString(memoryRow) && !b.only.MatchString(logoutRow) {
		return nil
	}
	many.most = b.sessions
	fill := load{server: b.real, connections: 4 * b.connections, limit: 40 * time.Second, worker: logIn(b.bots, many)}
	if _, err := fill.run(ctx); err != nil {
		return err
	}
	unread, _ := residentMB(b.real.cmd.Process.Pid)
	var open logouts
	cookies := many.cookies[:min(len(many.cookies), b.sessions)]
	if _, err := b.drive(ctx, b.real, time.Minute, open.touch(cookies)); err != nil {
		return err
	}
	b.printMemory(len(open.left), unread)
	return b.repeated(ctx, logoutRow, b.connections, b.round/2, 0, open.logOut)
}

// repeated measures work that has nothing to be compared with.
func (b *bench) repeated(ctx context.Context, name string, connections int, round time.Duration, target float64, worker func(int) unit) error {
	if !b.only.MatchString(name) {
		return nil
	}
	var rounds []result
	for range b.rounds {
		r, err := load{server: b.real, connections: connections, limit: round, worker: worker}.run(ctx)
		if err != nil {
			return err
		}
		if r.units > 0 { // else the sessions have run out
			rounds = append(rounds, r)
		}
	}
	b.printRepeated(name, target, rounds)
	return nil
}
