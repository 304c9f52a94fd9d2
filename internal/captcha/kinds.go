package captcha

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"html"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// Kind is a sort of challenge. Implementations are safe for concurrent use.
type Kind interface {
	About() About
	// Question is what a challenge of that seed asks. It is not called for a kind
	// that is asked elsewhere.
	Question(seed Seed) string
	// Judge looks at the answer, which is not empty. A kind that is asked
	// elsewhere gets no seed.
	Judge(ctx context.Context, seed Seed, word string, from netip.Addr) Verdict
}

// About describes a kind to clients.
type About struct {
	Type string // the word for the kind
	MIME string // of the question, or of what asks it
	// Elsewhere says that the question is asked by somebody else, so that there
	// is neither an id nor a question.
	Elsewhere  bool
	SiteKey    string // of a kind that is asked elsewhere
	Difficulty int    // of a proof of work: the zero bits that are asked for
}

func judged(right bool) Verdict {
	if right {
		return Verdict{Right: true}
	}
	return Verdict{Why: Wrong}
}

// Arithmetic asks for a sum or a difference (ConfirmEdit: SimpleCaptcha.php,
// getCaptcha).
type Arithmetic struct{}

// minus is the sign of a difference in questions.
const minus = "\u2212"

// About implements Kind.
func (Arithmetic) About() About { return About{Type: "simple", MIME: "text/plain"} }

// Question implements Kind.
func (Arithmetic) Question(seed Seed) string {
	a, b, difference := operands(seed)
	sign := "+"
	if difference {
		sign = minus
	}
	return strconv.Itoa(a) + sign + strconv.Itoa(b) + " ="
}

// Judge implements Kind. The answer is a whole number, with spaces around it or
// not; nothing else that a program may take for the same number is right.
func (Arithmetic) Judge(_ context.Context, seed Seed, word string, _ netip.Addr) Verdict {
	n, err := strconv.Atoi(strings.Replace(strings.TrimSpace(word), minus, "-", 1))
	a, b, difference := operands(seed)
	if difference {
		b = -b
	}
	return judged(err == nil && n == a+b)
}

func operands(seed Seed) (a, b int, difference bool) {
	a = int(binary.BigEndian.Uint32(seed[0:]) % 101)
	b = int(binary.BigEndian.Uint32(seed[4:]) % 11)
	return a, b, seed[8]&1 == 1
}

// Question is one that the operator has thought of, in plain text.
type Question struct {
	Ask     string
	Answers []string // that are right; upper and lower case are alike
}

// Questions asks one of several (ConfirmEdit: QuestyCaptcha). There must be at
// least one.
type Questions []Question

// About implements Kind.
func (Questions) About() About { return About{Type: "question", MIME: "text/html"} }

// Question implements Kind.
func (q Questions) Question(seed Seed) string { return html.EscapeString(q.of(seed).Ask) }

// Judge implements Kind.
func (q Questions) Judge(_ context.Context, seed Seed, word string, _ netip.Addr) Verdict {
	word = strings.TrimSpace(word)
	for _, answer := range q.of(seed).Answers {
		if strings.EqualFold(word, strings.TrimSpace(answer)) {
			return Verdict{Right: true}
		}
	}
	return Verdict{Why: Wrong}
}

func (q Questions) of(seed Seed) Question {
	return q[binary.BigEndian.Uint64(seed[0:])%uint64(len(q))]
}

// ProofOfWork asks for an effort: a text that, put behind the question, makes
// the SHA-256 of both begin with so many zero bits.
type ProofOfWork struct{ Difficulty int }

// About implements Kind.
func (p ProofOfWork) About() About {
	return About{Type: "proofofwork", MIME: "text/plain", Difficulty: p.Difficulty}
}

// Question implements Kind.
func (ProofOfWork) Question(seed Seed) string { return hex.EncodeToString(seed[:]) }

// Judge implements Kind.
func (p ProofOfWork) Judge(_ context.Context, seed Seed, word string, _ netip.Addr) Verdict {
	return judged(zeroBits(sha256.Sum256([]byte(p.Question(seed)+word))) >= p.Difficulty)
}

// zeroBits counts the bits before the first that is set.
func zeroBits(sum [sha256.Size]byte) int {
	n := 0
	for _, b := range sum {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}

// Verifier asks a service whether a person has solved its challenge; see package
// siteverify. problem is a word for what failed, and then right is false.
type Verifier interface {
	Verify(ctx context.Context, response string, from netip.Addr) (right bool, problem string)
}

// Hosted is a kind that is asked and judged by a service elsewhere. What it has
// judged once it judges wrong the next time.
type Hosted struct {
	Type     string // such as "turnstile"
	SiteKey  string // by which clients get the challenge
	Verifier Verifier
}

// About implements Kind.
func (h Hosted) About() About {
	return About{Type: h.Type, MIME: "application/javascript", Elsewhere: true, SiteKey: h.SiteKey}
}

// Question implements Kind.
func (Hosted) Question(Seed) string { return "" }

// Judge implements Kind.
func (h Hosted) Judge(ctx context.Context, _ Seed, word string, from netip.Addr) Verdict {
	right, problem := h.Verifier.Verify(ctx, word, from)
	if problem != "" {
		return Verdict{Why: Failed, Problem: problem}
	}
	return judged(right)
}
