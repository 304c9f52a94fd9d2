// Package captcha owns when somebody has to show that he is no program, what he
// is asked then, and whether the answer is right.
//
// Challenges of the server's own are not stored: question and answer follow from
// the challenge's id and the session under a key of the ring. Only an answered
// id is kept, so that it is of use once.
//
// It does not own the requests and fields that a client sees, nor how a service
// elsewhere is asked (package siteverify).
//
// Source of the rules: MediaWiki's extension ConfirmEdit, SimpleCaptcha.php and
// includes/Auth/CaptchaPreAuthenticationProvider.php.
package captcha

import (
	"context"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/throttle"
)

// Lifetime is how long a challenge can be answered (ConfirmEdit:
// $wgCaptchaSessionExpiration).
const Lifetime = 30 * time.Minute

// Claims remembers what has been used; see flow.Store.
type Claims interface {
	Claim(ctx context.Context, id flow.ID, expires, now time.Time) (first bool, err error)
}

// DefaultWrongAnswers are MediaWiki's limits of wrong answers from one address
// ($wgRateLimits, badcaptcha).
func DefaultWrongAnswers() []throttle.Window {
	return []throttle.Window{{Count: 15, Period: time.Minute}}
}

// Service asks and judges challenges of one kind. It is safe for concurrent
// use.
type Service struct {
	Kind     Kind
	Ring     *keyring.Ring
	Claims   Claims
	Throttle *throttle.Throttle
	Clock    clock.Clock
	Triggers Triggers
	// WrongAnswers are the limits of wrong answers from one address. When they
	// are reached, every answer is refused without a look at it.
	WrongAnswers []throttle.Window
}

// Challenge is what a client is asked. ID and Question are empty for a kind that
// is asked elsewhere.
type Challenge struct {
	About    About
	ID       string
	Question string // a text of the type About.MIME
}

// Answer is what a client has sent.
type Answer struct{ ID, Word string }

// Verdict is what comes of an answer.
type Verdict struct {
	Right bool
	Why   Reason // when not Right
	// Problem is the word for what failed elsewhere, when Why is Failed.
	Problem string
}

// Reason says why an answer is refused. No client is told.
type Reason string

// The reasons.
const (
	Missing Reason = "missing"  // there is no answer
	Unknown Reason = "unknown"  // an id that was not made for this session
	Late    Reason = "late"     // an id from too long ago
	Used    Reason = "used"     // an id that was answered before
	Wrong   Reason = "wrong"    // the answer is wrong
	TooMany Reason = "too-many" // wrong answers from that address; this one was not looked at
	Failed  Reason = "failed"   // whoever judges the answer could not be asked
)

// maxWord is the length of the longest answer that is looked at, in bytes.
const maxWord = 8192

// Challenge makes a new challenge for a session. Nothing is stored.
func (s *Service) Challenge(binding []byte) Challenge {
	c := Challenge{About: s.Kind.About()}
	if c.About.Elsewhere {
		return c
	}
	id, seed := s.issue(binding, s.Clock.Now())
	c.ID, c.Question = id.String(), s.Kind.Question(seed)
	return c
}

// Check judges the answer of a session. The id is used up by it, right or wrong.
// Wrong answers are counted before the answer is looked at, and right ones are
// taken back, so that parallel ones do not pass the limit.
func (s *Service) Check(ctx context.Context, binding []byte, from netip.Addr, a Answer) (Verdict, error) {
	if a.Word == "" || len(a.Word) > maxWord {
		return Verdict{Why: Missing}, nil
	}
	var asked found
	if !s.Kind.About().Elsewhere {
		var why Reason
		if asked, why = s.find(binding, a.ID, s.Clock.Now()); why != "" {
			return Verdict{Why: why}, nil
		}
	}
	counted := s.wrongAnswers(from)
	if room, err := s.Throttle.AddUnlessFull(ctx, counted); err != nil || !room {
		return Verdict{Why: TooMany}, err
	}
	v, err := s.judge(ctx, asked, from, a.Word)
	if err == nil && v.Right {
		err = s.Throttle.TakeBack(ctx, counted)
	}
	return v, err
}

// judge uses up the id and looks at the answer.
func (s *Service) judge(ctx context.Context, asked found, from netip.Addr, word string) (Verdict, error) {
	if !s.Kind.About().Elsewhere {
		first, err := s.Claims.Claim(ctx, asked.claim, asked.ends, s.Clock.Now())
		if err != nil || !first {
			return Verdict{Why: Used}, err
		}
	}
	return s.Kind.Judge(ctx, asked.seed, word, from), nil
}

// wrongAnswers is the counter of an address. This machine's own addresses have
// none, since a proxy that nobody has named would make one client of all.
func (s *Service) wrongAnswers(from netip.Addr) throttle.Tally {
	y := throttle.Tally{Kind: "badcaptcha", Address: from, Windows: s.WrongAnswers}
	if from.Unmap().IsLoopback() {
		y.Windows = nil
	}
	return y
}
