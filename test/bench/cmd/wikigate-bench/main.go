// Command wikigate-bench measures the hot paths of a running wikigate against
// a bare net/http server on the same machine, in turn and in the same minute,
// because only such ratios mean something on a machine that does other work.
//
// It owns the bare server, the load and the report. It builds and starts the
// real program, fills it through its command line and its API, and ends what
// it has started. It judges nobody: a target that is missed is printed, and
// the exit code stays 0.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"
	"time"
)

// plan is how much is measured.
type plan struct {
	binary      string        // program to measure; empty: build it
	rounds      int           // of each pair
	round       time.Duration // of each half of a round
	warmUp      time.Duration // of each half before the first round
	connections int
	distinct    int // sessions that requests rotate through
	sessions    int // live sessions whose memory is measured
	refused     int // logins of each kind that are refused
	only        *regexp.Regexp
}

func main() {
	bareBody := flag.Int("bare", 0, "be the bare server, with a body of this many bytes (used by the program itself)")
	quick := flag.Bool("quick", false, "take 20 seconds instead of 3 minutes; the figures are rough")
	var p plan
	flag.StringVar(&p.binary, "binary", "", "measure this wikigate instead of building one")
	flag.IntVar(&p.rounds, "rounds", 5, "rounds of each row")
	flag.DurationVar(&p.round, "round", 2*time.Second, "length of each half of a round")
	flag.DurationVar(&p.warmUp, "warm-up", 300*time.Millisecond, "length of each half before the first round")
	flag.IntVar(&p.connections, "connections", 32, "connections that ask at the same time")
	flag.IntVar(&p.distinct, "distinct", 1000, "sessions that requests rotate through")
	flag.IntVar(&p.sessions, "sessions", 100_000, "live sessions to measure the memory of")
	flag.IntVar(&p.refused, "refused", 100, "refused logins of each kind whose times are compared")
	only := flag.String("only", "", "measure only the rows whose names match this regular expression")
	flag.Parse()
	if *quick {
		p.rounds, p.round, p.warmUp, p.sessions, p.refused = 3, 300*time.Millisecond, 200*time.Millisecond, 5000, 20
	}
	var err error
	if p.only, err = regexp.Compile(*only); err != nil {
		fmt.Fprintln(os.Stderr, "wikigate-bench: -only:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = start(ctx, *bareBody, p)
	if ctx.Err() != nil && *bareBody == 0 {
		err = errors.New("interrupted; the servers have been ended")
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "wikigate-bench:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context, bareBody int, p plan) error {
	if bareBody > 0 {
		return serveBare(ctx, bareBody)
	}
	// The load comes from one processor, so that the program is not slowed down
	// by threads that look for work.
	runtime.GOMAXPROCS(1)
	dir, err := os.MkdirTemp("", "wikigate-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{plan: p, dir: dir}
	return b.run(ctx)
}
