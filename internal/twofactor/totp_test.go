package twofactor

import (
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// rfcKey is the key of the examples in RFC 4226 and RFC 6238.
const rfcKey = "12345678901234567890"

// The values of RFC 4226, appendix D.
func TestCodesOfCounters(t *testing.T) {
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp([]byte(rfcKey), int64(counter)); got != want {
			t.Errorf("counter %d: %s, want %s", counter, got, want)
		}
	}
}

// The times of RFC 6238, appendix B, of whose eight digits the last six count.
func TestCodesOfTimes(t *testing.T) {
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := hotp([]byte(rfcKey), Counter(time.Unix(at, 0))); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// Secrets come with and without padding, in either case and in groups.
func TestSecretsFromElsewhere(t *testing.T) {
	const want = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	for _, text := range []string{want, strings.ToLower(want), "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP", " " + want + "\n", "jbsw\ty3dp\u00a0ehpk3pxpJBSWY3DPEHPK3PXP"} {
		p, err := Import(secret.New(text))
		if err != nil || p.Secret().Reveal() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	if p, err := Import(secret.New("GEZDGNBVGY3TQOJQGE======")); err != nil || string(p.key) != "12345678901" {
		t.Errorf("with padding: %q, %v", p.key, err)
	}
	for _, text := range []string{"", "JBSWY3DP", "JBSWY3DPEHPK3PXP1", "JBSWY3DPEHPK3PX!", "ЈBSWY3DPEHPK3PXP", strings.Repeat("A", 400)} {
		if _, err := Import(secret.New(text)); !fail.Is(err, fail.Invalid) {
			t.Errorf("%q: got %v", text, err)
		}
	}
	a, b := Propose().Secret().Reveal(), Propose().Secret().Reveal()
	if len(a) != 42 || a == b || strings.Contains(a, "=") {
		t.Errorf("new secrets are %q and %q", a, b)
	}
}

func TestGroups(t *testing.T) {
	for code, want := range map[string]string{"": "", "ABCD": "ABCD", "ABCDEFGH23": "ABCD EFGH 23"} {
		if got := InGroups(secret.New(code)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
