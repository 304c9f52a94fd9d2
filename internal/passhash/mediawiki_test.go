package passhash

import (
	"regexp"
	"strings"
	"testing"
)

// The hashes were made by MediaWiki 1.39, but for those that say otherwise.
func TestHashesOfMediaWikiVerifyAndAskForAnUpgrade(t *testing.T) {
	const old, alice = "legacy-Secret-Pw6", "alice-Secret-Pw1"
	h := newHasher(t)
	for _, c := range []struct{ name, hash, plain string }{
		{"MD5", ":A:f5f9c7885b8ace5725bb843388ca5373", old},
		{"MD5 with the salt of type B", ":A:9a2ef48a:0713189301a6557451620f2a3cfb7f68", old},
		{"salted MD5", ":B:9a2ef48a:0713189301a6557451620f2a3cfb7f68", old},
		{"bcrypt", ":bcrypt:9$x5fhT9oDeIzPTf0tkwLuye$30QKffffSRlwVWDb/QP6NkZyHyECo0a", old},
		{"layers", ":pbkdf2-legacyB:!sha512:30000:64!2923562d!5/nODRSkF5w7wU9pPF7J0g==!axpZ4VTWVzitSx8H1fugt4RBS5BkoNYiwAuUoMXXGmVraXZMP1CY6CUK/BOjCGa+jH3J63cW0vZ9tWcXrnh05Q==", old},
		{"PBKDF2", ":pbkdf2:sha512:30000:64:O2biQWzH3tvOLa5czuimyw==:osNRx1swM3IHRks6ykD/7NNH/0NBRp1/gmlZ3vP4rYprPC2MrmFpa13iLcsYRv95Kvyng5cuuPbnosHU7/o3RA==", alice},
		// RFC 6070: password, salt, 4096 rounds, 20 bytes.
		{"PBKDF2 by RFC 6070", ":pbkdf2:sha1:4096:20:c2FsdA==:SwB5AbdlSJq+rUnZJvch0GWkKcE=", "password"},
	} {
		if !h.Known(c.hash) || !h.Slow(c.hash) {
			t.Errorf("%s: known %v, slow %v", c.name, h.Known(c.hash), h.Slow(c.hash))
		}
		if ok, upgrade := verify(t, h, c.hash, c.plain); !ok || !upgrade {
			t.Errorf("%s: right password: %v, upgrade %v", c.name, ok, upgrade)
		}
		for _, wrong := range []string{"", c.plain + "x", c.plain[1:], strings.ToUpper(c.plain)} {
			if ok, upgrade := verify(t, h, c.hash, wrong); ok || upgrade {
				t.Errorf("%s: %q accepted", c.name, wrong)
			}
		}
		for _, damaged := range []string{c.hash[:len(c.hash)-1], c.hash + "a", strings.ToUpper(c.hash), strings.Replace(c.hash, ":", "", 1)} {
			if ok, _ := verify(t, h, damaged, c.plain); ok || h.Known(damaged) {
				t.Errorf("%s: damaged hash %q accepted", c.name, damaged)
			}
		}
	}
}

// D-26: hashes that look like the same number are not the same text.
func TestD26_HashesAreTextsAndNoNumbers(t *testing.T) {
	h := newHasher(t)
	// The MD5 of 240610708 and of QNKCDZO are 0e and digits, both zero for who
	// compares numbers.
	for hash, want := range map[string]bool{
		":A:0e462097431906509019562988736854": true,
		":A:0e830400451993494058024219903391": false,
		":A:0":                                false,
		":A:0e0":                              false,
	} {
		if ok, _ := verify(t, h, hash, "240610708"); ok != want {
			t.Errorf("%s: %v", hash, ok)
		}
	}
}

func TestBcryptEndsAPasswordAsCryptDoes(t *testing.T) {
	h := newHasher(t)
	const hash = ":bcrypt:9$x5fhT9oDeIzPTf0tkwLuye$30QKffffSRlwVWDb/QP6NkZyHyECo0a"
	if ok, _ := verify(t, h, hash, "legacy-Secret-Pw6\x00more"); !ok {
		t.Error("what follows a NUL is looked at")
	}
}

// Otherwise the time would tell that a row is damaged, and so that it is there.
func TestDamagedHashesTakeTheTimeOfASlowOne(t *testing.T) {
	h := newHasher(t)
	for _, hash := range []string{
		":A:", ":B:x", ":unknown:x", ":bcrypt:9$short$short", ":bcrypt:x", ":pbkdf2:x", ":pbkdf2:sha512:30000:64:!:!",
		":pbkdf2-legacyA:!x", ":pbkdf2-legacyB:!sha512:30000:64!2923562d!!",
	} {
		// The look at the row takes a turn, and the slow hash another.
		if n := slowHashes(t, h, func() { verify(t, h, hash, "x") }); n != 2 {
			t.Errorf("%s: %d turns were taken", hash, n)
		}
	}
}

func TestHashesThatAskForTooMuchNeverMatch(t *testing.T) {
	h := newHasher(t)
	for _, hash := range []string{
		":pbkdf2:sha512:999999999:64:c2FsdA==:AAAA", ":pbkdf2:sha512:0:64:c2FsdA==:AAAA", ":pbkdf2:sha512:-1:64:c2FsdA==:AAAA",
		":pbkdf2:sha512:1:9999999:c2FsdA==:AAAA", ":pbkdf2:sha512:1:0:c2FsdA==:", ":pbkdf2:whirlpool:1:3:c2FsdA==:AAAA",
		":pbkdf2:sha512:1:3:!:AAAA", ":pbkdf2:sha512:1:3", ":bcrypt:31$x5fhT9oDeIzPTf0tkwLuye$30QKffffSRlwVWDb/QP6NkZyHyECo0a",
		":bcrypt:9$short$30QKffffSRlwVWDb/QP6NkZyHyECo0a", ":bcrypt:x$x5fhT9oDeIzPTf0tkwLuye$30QKffffSRlwVWDb/QP6NkZyHyECo0a",
		":pbkdf2-legacyB:!sha512:30000:64!2923562d", ":pbkdf2-legacyA:x!sha512:1:3!!c2FsdA==!AAAA", ":A:", ":B:", ":B:x",
	} {
		if h.Known(hash) {
			t.Errorf("%s is taken for a hash", hash)
		}
		for _, plain := range []string{"", "x"} {
			if ok, _ := verify(t, h, hash, plain); ok {
				t.Errorf("%s matches %q", hash, plain)
			}
		}
	}
}

// manyRounds is a number that would make a fuzzer wait.
var manyRounds = regexp.MustCompile(`\d{4}`)

func FuzzVerifyOlder(f *testing.F) {
	f.Add("A", "f5f9c7885b8ace5725bb843388ca5373", "legacy-Secret-Pw6")
	f.Add("B", "9a2ef48a:0713189301a6557451620f2a3cfb7f68", "legacy-Secret-Pw6")
	f.Add("pbkdf2", "sha1:2:20:c2FsdA==:6mwBTcctb4zNHtkqzh1B8NjeiVc=", "password")
	f.Add("pbkdf2-legacyB", "!sha1:1:3!a!c2FsdA==!AAAA", "x")
	f.Fuzz(func(t *testing.T, kind, rest, plain string) {
		if kind == bcryptType || strings.HasPrefix(kind, pbkdf2Type) && manyRounds.MatchString(rest) {
			t.Skip("costs too much")
		}
		ok, _ := older(kind, rest, plain)
		other, _ := older(kind, rest, plain+"x")
		if ok && other && (kind == md5Type || kind == saltedMD5Type) {
			t.Errorf("%s:%s matches two passwords", kind, rest)
		}
	})
}
