package passhash

import (
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/secret"
)

// The hashes were encrypted by PHP's openssl_encrypt, as MediaWiki does it.
const (
	vector64 = "AAECAwQFBgcICQoLDA0ODw=="
	cbc256   = "OQ2THVpiW3tIjcPF5E+miC5iFAlhtvdFJpcCwxk2S34ola6Njly2ATKJrWf1LlGFJL0Fkkg2FU+WKO1gWR/93O/1b3kNM2a4zI//X1ethhkCAaBcvhGOI3t05+en2ZrP+f4Jl1O2JxqGfXirz2pvBKnZTvUYnbJtr0t7YHDbJitpeNcqB0vRu/Lx/JPvueip"
	ctr128   = "m5t9bSlONN4KtlY9mRM3BkV4e0/dZ02m3UP/R1yvBEeMXR+75hpRirpah5StGeU0pAeBnrfEr+9hiWbzDQmODbLSEJCjvpB842Aj8/qOCmBmV71vylIibGpJVGlKzrq10cjLsvCkM8VkMMj7ubsA67CGvWtvkjZgZUS/2IfVMBduDMQMeMGtELU="
	cbc192   = "xx9rsOrxQnsLn0WyB8NgusrixV5PmqRmzgT+p4giZHyS7upNWZ4f3FBu2fjvEWWXna2TA9ioRd8m9uYk91EkBNba+VXm5724Mpg+wnKipjzFo0IhUfsuvrmrxGzPKsr+RIib/rMz/EtdiyKEMFGcD2L2LzZrDsJCbV/kTmcA7DTywBbV0LFf9WRSBDPOr34u"
)

func TestEncryptedHashesVerifyUnderTheirSecret(t *testing.T) {
	h := newHasher(t)
	h.Encrypted = Encrypted{"site": {
		secret.New("a short secret"), secret.New("a secret that is longer than the key"), secret.New("exactly-24-bytes-of-key!"),
	}}
	for _, hash := range []string{
		":site:aes-256-cbc:0:" + vector64 + ":" + cbc256,
		":site:aes-128-ctr:1:" + vector64 + ":" + ctr128,
		":site:AES-192-CBC:2:" + vector64 + ":" + cbc192,
	} {
		if ok, upgrade := verify(t, h, hash, "alice-Secret-Pw1"); !ok || !upgrade {
			t.Errorf("%.30s…: right password: %v, upgrade %v", hash, ok, upgrade)
		}
		if ok, _ := verify(t, h, hash, "alice-Secret-Pw2"); ok {
			t.Errorf("%.30s…: wrong password accepted", hash)
		}
		if ok, _ := verify(t, newHasher(t), hash, "alice-Secret-Pw1"); ok {
			t.Errorf("%.30s…: accepted without the secrets", hash)
		}
	}
}

func TestDamagedEncryptedHashesNeverMatch(t *testing.T) {
	h := newHasher(t)
	h.Encrypted = Encrypted{"site": {secret.New("a short secret"), secret.New("another")}}
	good := ":site:aes-256-cbc:0:" + vector64 + ":" + cbc256
	for name, hash := range map[string]string{
		"another secret":        strings.Replace(good, ":0:", ":1:", 1),
		"no such secret":        strings.Replace(good, ":0:", ":2:", 1),
		"a negative number":     strings.Replace(good, ":0:", ":-1:", 1),
		"no number":             strings.Replace(good, ":0:", ":x:", 1),
		"another mode":          strings.Replace(good, "cbc", "ctr", 1),
		"an unknown mode":       strings.Replace(good, "cbc", "gcm", 1),
		"an unknown cipher":     strings.Replace(good, "aes-256", "des-256", 1),
		"an unknown key length": strings.Replace(good, "256", "512", 1),
		"a short vector":        strings.Replace(good, vector64, "AAEC", 1),
		"half a block":          good[:len(good)-4],
		"nothing encrypted":     ":site:aes-256-cbc:0:" + vector64 + ":",
		"a field too many":      good + ":x",
		"no fields":             ":site:",
	} {
		for _, plain := range []string{"alice-Secret-Pw1", ""} {
			if ok, _ := verify(t, h, hash, plain); ok {
				t.Errorf("%s: %q accepted", name, plain)
			}
		}
	}
}

func TestEncryptedHashesAreKnownUnderTheirSecret(t *testing.T) {
	h := newHasher(t)
	hash := ":site:aes-256-cbc:0:" + vector64 + ":" + cbc256
	if h.Known(hash) {
		t.Error("known without a secret")
	}
	h.Encrypted = Encrypted{"site": {secret.New("a short secret")}}
	if !h.Known(hash) || h.Known(strings.Replace(hash, ":0:", ":1:", 1)) {
		t.Errorf("known: %v, and under a secret that is not there: %v", h.Known(hash), h.Known(strings.Replace(hash, ":0:", ":1:", 1)))
	}
}
