package conformance

import (
	"context"
	"net/http"
)

// Player sends requests to a target one after the other, as a scenario does,
// without judging the answers. It is for programs that make sequences of
// their own. It is not for use by several goroutines.
type Player struct{ p *player }

// NewPlayer makes a player with empty cookie jars, for a target in the
// setting of a variant or, with an empty name, in its usual one.
func NewPlayer(t *Target, site string) *Player { return &Player{newPlayer(t, site)} }

// Answer is what came back. Callers do not change it.
type Answer struct {
	Status  int
	Header  http.Header
	Cookies []*http.Cookie // set or deleted
	Body    []byte         // at most 16 MiB of it
}

// Know gives a name a value, as if an answer had kept it.
func (p *Player) Know(name, value string) { p.p.values.set(name, value) }

// Value gives what an expression of a {{hole}} stands for, and false when it
// has no value.
func (p *Player) Value(expression string) (string, bool) {
	value, err := p.p.values.eval(expression)
	return value, err == nil
}

// Send sends a request with the cookies of its client. An error says that it
// could not be sent, or that no whole answer came.
func (p *Player) Send(ctx context.Context, r *Request) (*Answer, error) {
	a, err := p.p.send(ctx, r)
	if err != nil {
		return nil, err
	}
	return &Answer{a.status, a.header, a.cookies, a.body}, nil
}

// Keep keeps what the checks of a step name in an answer, as far as they
// hold.
func (p *Player) Keep(s Step, a *Answer) {
	for _, c := range s.Checks {
		_ = c.hold(&answer{a.Status, a.Header, a.Cookies, a.Body}, p.p.values)
	}
}
