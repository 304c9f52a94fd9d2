package authn

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/secret"
)

// loginFlow is the kind of the record of a waiting login: there is one of them
// in a session.
const loginFlow = "login"

// How long a login waits for its next step, and how long it may take in all.
const (
	stepPatience = 10 * time.Minute
	flowPatience = time.Hour
)

// state is a login that waits for its next step. It leaves the package sealed.
type state struct {
	Begun     time.Time    `json:"b"`
	Providers string       `json:"v"` // the machine that it belongs to
	ReturnURL string       `json:"u,omitempty"`
	Name      string       `json:"n,omitempty"` // that the client means, canonical
	Remember  bool         `json:"r,omitempty"`
	Primary   string       `json:"p,omitempty"` // chosen; empty: none yet
	Account   account.ID   `json:"a,omitempty"` // 0: the primary is not done
	Stamp     string       `json:"s,omitempty"` // of the account, see stampOf
	Method    audit.Method `json:"m,omitempty"`
	Done      []string     `json:"d,omitempty"` // secondaries that are done
	Started   string       `json:"w,omitempty"` // the secondary that waits
	Factor    string       `json:"f,omitempty"` // Attempt.SecondFactor
	Notes     Notes        `json:"x,omitempty"`
}

// encode writes a state, which nobody reads as HTML: an ampersand stays one byte.
func (s *state) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return b.Bytes(), err
}

// decode reads what encode wrote. ok is false for anything else.
func decode(data []byte) (s *state, ok bool) {
	s = &state{}
	return s, json.Unmarshal(data, s) == nil
}

// stampOf changes whenever the sessions of the account end: with a new
// password, a lock, another name; and when it gets its first second factor,
// even if sessions go on. A login that was under way ends with them.
func stampOf(a *account.Account) string {
	sum := sha256.Sum256([]byte(a.Token.Reveal() + "\x00" + a.Name.String() + "\x00" + strconv.FormatBool(a.SecondFactor)))
	return secret.EncodeDigits(sum[:10])
}

// afresh reports whether no provider is at work: after a Restart.
func (s *state) afresh() bool { return s.Account == 0 && s.Primary == "" }

// expires is when a login that waits at now has waited too long.
func (s *state) expires(now time.Time) time.Time {
	end := s.Begun.Add(flowPatience)
	if step := now.Add(stepPatience); step.Before(end) {
		return step
	}
	return end
}
