package clients

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"sync"
	"testing"
	"time"
)

// secondFactor is an account that is asked for a code after its password.
type secondFactor struct {
	login, password, secret string

	mu   sync.Mutex
	last int64 // the period of the last code
}

// A code is good for a period of 30 seconds and for the four before and after
// it, but only after those that were used.
const (
	period = 30
	radius = 4
)

// code gives one that is right and not used yet. It waits when all of them are
// used up.
func (s *secondFactor) code(t *testing.T) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(s.secret)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// One less on either side: the server's clock is asked a little later.
	s.last = max(s.last+1, time.Now().Unix()/period-radius+1)
	for s.last > time.Now().Unix()/period+radius {
		time.Sleep(time.Second)
	}
	return codeOf(key, s.last)
}

// codeOf is the code of a period (RFC 6238 with SHA-1 and six digits).
func codeOf(key []byte, period int64) string {
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(period)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}

// The test vectors of RFC 6238, appendix B, of which these are the last digits.
func TestCodeOf(t *testing.T) {
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 20000000000: "353130"} {
		if got := codeOf([]byte("12345678901234567890"), at/period); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}
