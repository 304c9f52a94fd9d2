package diff

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wikigate/wikigate/conformance"
)

// Pair is two servers to compare.
type Pair struct {
	Ours, Theirs *conformance.Target
	// Usual is the variant of theirs in the place of none.
	Usual string
	// Values are what both servers call by the same name, such as origin.
	Values map[string]string
	// Known are differences that are not reported.
	Known []Known
	// Pools lend accounts to sequences that name them.
	Pools []*Pool
}

// Finding is the first difference that a sequence has led to.
type Finding struct {
	Sequence     *Sequence
	Step         int // index
	Ours, Theirs *conformance.Answer
	Differences  []Difference
	Count        int // of sequences that have led to the same
}

// Signature is the same for findings that likely have one cause.
func (f *Finding) Signature() string {
	d := f.Differences[0]
	what := d.Place
	if len(d.Ours)+len(d.Theirs) < 60 || strings.HasPrefix(d.Place, "header") {
		what += ": " + d.Ours + " / " + d.Theirs
	}
	return action(f.Sequence.Steps[f.Step].Request) + " " + what
}

// action names what a request asks for, in signatures.
func action(r *conformance.Request) string {
	for _, p := range parameters(r) {
		name, _, _ := strings.Cut(p[0], "\x00")
		if strings.TrimSpace(name) == "action" && len(p[1]) < 20 {
			return p[1]
		}
	}
	return noAction
}

// played is what playing a sequence has come to.
type played struct {
	finding  *Finding // nil when nothing differs
	requests int      // that both servers were sent
	known    []string // names of known differences that were met
	outcomes []string // what their answers said
}

// noAction stands for an action that a request does not name.
const noAction = "(no action)"

// patience is how long an answer may take.
const patience = 40 * time.Second

// play sends a sequence to both servers, until their answers differ.
func (p *Pair) play(ctx context.Context, s *Sequence) (played, error) {
	g, err := p.begin(ctx, s)
	if err != nil {
		return played{}, err
	}
	defer g.end(s)
	var done played
	for i, step := range s.Steps {
		ours, theirs, err := g.send(ctx, step)
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		if errors.Is(err, errUnsendable) {
			continue
		}
		done.requests++
		if err != nil {
			done.finding = &Finding{Sequence: s, Step: i, Ours: &conformance.Answer{}, Theirs: &conformance.Answer{},
				Differences: []Difference{{"one request failed", fmt.Sprint(err), ""}}}
			return done, nil
		}
		differences, known, end := p.unknown(step.Request, s.Steps[:i], ours, theirs)
		done.known = append(done.known, known...)
		done.outcomes = append(done.outcomes, outcome(step.Request, theirs))
		if len(differences) > 0 {
			done.finding = &Finding{Sequence: s, Step: i, Ours: ours, Theirs: theirs, Differences: differences}
			return done, nil
		}
		if end {
			break
		}
	}
	return done, nil
}

// game is a sequence being played.
type game struct {
	ours, theirs           *conformance.Player
	addresses              map[string]string
	ourTokens, theirTokens string // the last token that each has given
	loans                  []loan
	passed                 bool // some login has, on some server
}

// loan is an account of a pool that a game plays with.
type loan struct {
	from *Pool
	user conformance.User
}

// begin gives a game to end. The error is that of a pool.
func (p *Pair) begin(ctx context.Context, s *Sequence) (*game, error) {
	g := &game{
		ours:      conformance.NewPlayer(p.Ours, s.Site),
		theirs:    conformance.NewPlayer(p.Theirs, cmp.Or(s.Site, p.Usual)),
		addresses: map[string]string{},
	}
	for name, value := range p.Values {
		g.know(name, value)
	}
	g.know("unique", fmt.Sprintf("u%x", rand.Uint64()))
	for _, pool := range p.Pools {
		roles := pool.wanted(s)
		if len(roles) == 0 {
			continue
		}
		user, err := pool.lend(ctx)
		if err != nil {
			g.end(s)
			return nil, err
		}
		g.loans = append(g.loans, loan{pool, user})
		for _, role := range roles {
			g.introduce(role, user)
		}
	}
	return g, nil
}

// introduce lets an account play a role on both servers.
func (g *game) introduce(role string, user conformance.User) {
	g.know(role+".name", user.Name)
	g.know(role+".id", strconv.FormatInt(user.ID, 10))
	g.know(role+".password", user.Password)
	g.know(role+".totp", user.TOTP)
	g.know(role+".temporary", user.Temporary)
}

// end gives the accounts back.
func (g *game) end(s *Sequence) {
	answers := 0
	for _, step := range s.Steps {
		if strings.Contains(requestText(step.Request), "OATHToken") {
			answers++
		}
	}
	for _, l := range g.loans {
		l.from.back(l.user, answers, g.passed)
	}
}

func (g *game) know(name, value string) {
	g.ours.Know(name, value)
	g.theirs.Know(name, value)
}

// errUnsendable is that of a request that the HTTP client refuses.
var errUnsendable = errors.New("the request cannot be sent")

// send plays one step on both servers at the same time.
func (g *game) send(ctx context.Context, step conformance.Step) (ours, theirs *conformance.Answer, err error) {
	g.fillHoles(step.Request)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := *step.Request
	r.Address = g.address(&r)
	var errOurs, errTheirs error
	var both sync.WaitGroup
	both.Go(func() { ours, errOurs = g.ours.Send(ctx, &r) })
	both.Go(func() { theirs, errTheirs = g.theirs.Send(ctx, &r) })
	both.Wait()
	switch {
	case errOurs != nil && errTheirs != nil:
		return nil, nil, errUnsendable
	case errOurs != nil || errTheirs != nil:
		return nil, nil, fmt.Errorf("ours: %v; theirs: %v", errOurs, errTheirs)
	}
	g.ours.Keep(step, ours)
	g.theirs.Keep(step, theirs)
	if !isPage(ours) && !isPage(theirs) { // pages of MediaWiki hold tokens for scripts
		g.ourTokens = cmp.Or(lastToken(ours.Body), g.ourTokens)
		g.theirTokens = cmp.Or(lastToken(theirs.Body), g.theirTokens)
		learn(g.ours, ours.Body)
		learn(g.theirs, theirs.Body)
	}
	g.passed = g.passed || bytes.Contains(ours.Body, pass) || bytes.Contains(theirs.Body, pass)
	return ours, theirs, nil
}

// token is one in a body of any format.
var token = regexp.MustCompile(`\b[0-9a-f]{40,56}\+\\`)

func lastToken(body []byte) string {
	all := token.FindAll(body, -1)
	if len(all) == 0 {
		return ""
	}
	return string(all[len(all)-1])
}

// fillHoles gives a value to what a step names and no answer has given, since
// the step that would have is gone or was changed: on each server the last
// token that it has handed out.
func (g *game) fillHoles(r *conformance.Request) {
	for _, m := range hole.FindAllStringSubmatch(requestText(r), -1) {
		_, ours := g.ours.Value(m[1])
		_, theirs := g.theirs.Value(m[1])
		if ours && theirs {
			continue
		}
		words := strings.Fields(m[1])
		if len(words) == 0 {
			continue
		}
		name := words[min(1, len(words)-1)]
		if g.ourTokens != "" && g.theirTokens != "" {
			g.ours.Know(name, g.ourTokens)
			g.theirs.Know(name, g.theirTokens)
			continue
		}
		g.know(name, "nothing-has-given-a-value-for-"+name)
	}
}

// address is where a client is for both servers: a place that is new in each
// game, unless the step names one.
func (g *game) address(r *conformance.Request) string {
	if _, err := netip.ParseAddr(r.Address); err == nil {
		return r.Address
	}
	label := cmp.Or(r.Address, "client "+r.Client)
	if g.addresses[label] == "" {
		n := rand.Uint32()
		g.addresses[label] = fmt.Sprintf("10.%d.%d.%d", 10+n%240, n>>8%256, 1+n>>16%250)
	}
	return g.addresses[label]
}
