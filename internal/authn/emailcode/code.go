package emailcode

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/message"
)

// noteCode is the note of a login under which its code stands. It leaves the
// server in a mail only, and is stored in the sealed record of the login.
const noteCode = "emailcode"

// digits is the length of a code.
const digits = 6

// code is what was sent, and how often it was guessed wrong.
type code struct {
	Digits  string    `json:"c"`
	Until   time.Time `json:"u"`
	Address string    `json:"a"` // that it was sent to
	Wrong   int       `json:"w,omitempty"`
}

// newDigits is a number from 000000 to 999999, each as likely as any other.
func newDigits() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("emailcode: " + err.Error()) // the system's random source cannot fail
	}
	return fmt.Sprintf("%0*d", digits, n)
}

func (c code) note(a *authn.Attempt) error {
	text, err := json.Marshal(c)
	a.Notes[noteCode] = string(text)
	return fail.Wrap(fail.Internal, err, "keep the code of a login")
}

// noted is the code of a login. found is false when there is none, or one that
// newDigits cannot have made.
func noted(a *authn.Attempt) (c code, found bool) {
	if json.Unmarshal([]byte(a.Notes[noteCode]), &c) != nil || len(c.Digits) != digits {
		return code{}, false
	}
	return c, true
}

func forget(a *authn.Attempt) { delete(a.Notes, noteCode) }

// wrong is the response to a wrong answer: it may be given again, unless that
// was so too often.
func (c code) wrong(a *authn.Attempt, why audit.Reason) (authn.Response, error) {
	if c.Wrong++; c.Wrong > retries {
		forget(a)
		return authn.Refused(message.New("emailauth-login-retry-limit"), audit.WrongCode), nil
	}
	return authn.Asking(message.New("emailauth-login-failure"), why), c.note(a)
}
