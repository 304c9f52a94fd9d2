package token

import (
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/keyring"
)

var issue = time.Unix(1447362018, 0).UTC()

func source(t testing.TB) (Source, Binding) {
	t.Helper()
	ring, err := keyring.New(issue)
	if err != nil {
		t.Fatal(err)
	}
	return Source{Ring: ring}, Binding{Key: ring.Current(), Value: []byte("one session")}
}

func mint(t testing.TB, s Source, b Binding, typ Type, now time.Time) string {
	t.Helper()
	text, ok := s.Append(nil, b, typ, now)
	if !ok {
		t.Fatal("no token")
	}
	return string(text)
}

func TestFormIsMediaWikis(t *testing.T) {
	s, b := source(t)
	text := mint(t, s, b, CSRF, issue)
	if len(text) != 42 || !strings.HasSuffix(text, `5644fde2+\`) {
		t.Fatalf("token %q", text)
	}
	if at, ok := IssuedAt(text); !ok || !at.Equal(issue) {
		t.Errorf("issued at %v, %v", at, ok)
	}
	if again := mint(t, s, b, CSRF, issue); again != text {
		t.Error("two tokens of one second differ")
	}
	if next := mint(t, s, b, CSRF, issue.Add(time.Second)); next == text {
		t.Error("the next second gave the same token")
	}
}

func TestTokenIsGoodOnlyForItsTypeAndSession(t *testing.T) {
	s, b := source(t)
	all := append([]Type{LogoutLink}, Types()...)
	for _, made := range all {
		text := mint(t, s, b, made, issue)
		for _, asked := range all {
			if got, want := s.Check(b, asked, text), made.Name == asked.Name; got != want {
				t.Errorf("%s token checked as %s: %v", made.Name, asked.Name, got)
			}
		}
		other := Binding{Key: b.Key, Value: []byte("two session")}
		if s.Check(other, made, text) {
			t.Errorf("%s token is good in another session", made.Name)
		}
	}
}

func TestMangledTokensAreRefused(t *testing.T) {
	s, b := source(t)
	good := mint(t, s, b, CSRF, issue)
	for _, bad := range []string{
		"", `+\`, strings.ToUpper(good), good + "\n", " " + good, good[:41], good[:40] + `-\`,
		good[:40] + ` \`, good[:33] + good[34:], "g" + good[1:], good + "\x00",
		good[:32] + strings.Repeat("f", 17) + `+\`, good[:32] + `+\`,
	} {
		if s.Check(b, CSRF, bad) {
			t.Errorf("accepted %q", bad)
		}
	}
}

func TestTokensOutliveRotationOfKeys(t *testing.T) {
	s, b := source(t)
	text := mint(t, s, b, CSRF, issue)
	ring, err := s.Ring.Rotated(issue)
	if err != nil {
		t.Fatal(err)
	}
	if !(Source{Ring: ring}).Check(b, CSRF, text) {
		t.Error("a token of an older key is no longer good")
	}
}

func FuzzCheck(f *testing.F) {
	s, b := source(f)
	f.Add(mint(f, s, b, CSRF, issue))
	f.Add(`+\`)
	f.Add(`ee2f7a2488dea9176c224cfb400d43be5644fdea+\`)
	good := mint(f, s, b, CSRF, issue)
	f.Fuzz(func(t *testing.T, text string) {
		if s.Check(b, CSRF, text) && text != good {
			// Another second would need the right code for it.
			at, _ := IssuedAt(text)
			if want := mint(t, s, b, CSRF, at); want != text {
				t.Errorf("accepted %q", text)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	s, bind := source(b)
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = s.Append(buf[:0], bind, Login, issue)
	}
}

func BenchmarkCheck(b *testing.B) {
	s, bind := source(b)
	text := mint(b, s, bind, CSRF, issue)
	b.ReportAllocs()
	for b.Loop() {
		s.Check(bind, CSRF, text)
	}
}
