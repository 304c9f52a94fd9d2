package message

import (
	"strings"
	"testing"
)

// Labels end with a colon where MediaWiki's do, as clients put them in front of
// fields as they are.
func TestLabelsOfFields(t *testing.T) {
	c := load(t)
	for key, colon := range map[string]bool{
		"userlogin-yourname": false, "userlogin-yourpassword": false, "authmanager-email-label": false,
		"authmanager-realname-label": false, "createacct-reason": false, "createaccountmail": false,
		"oathauth-auth-token-label": false, "authprovider-resetpass-skip-label": false,
		"yourpasswordagain": true, "newpassword": true, "retypenew": true,
	} {
		for _, code := range append(languages, "en") {
			text := c.Language(code).Plain(New(key))
			if got := strings.HasSuffix(text, ":") || strings.HasSuffix(text, "："); got != colon {
				t.Errorf("%s: %s: %s", code, key, text)
			}
		}
	}
}

// The box that keeps a login says for how long, if that is known.
func TestDaysOfRememberedLogins(t *testing.T) {
	c := load(t)
	for code, want := range map[string][3]string{
		"en": {"Stay logged in", "Stay logged in for a day", "Stay logged in for up to 180 days"},
		"de": {"Angemeldet bleiben", "Angemeldet bleiben, einen Tag lang", "Angemeldet bleiben, bis zu 180 Tage lang"},
		"ar": {"البقاء مسجّل الدخول", "البقاء مسجّل الدخول مدة يوم", "البقاء مسجّل الدخول مدة ١٨٠ يوم"},
	} {
		for i, days := range []int64{0, 1, 180} {
			if got := c.Language(code).Plain(New("userlogin-remembermypassword", Number(days))); !strings.HasPrefix(got, want[i]) {
				t.Errorf("%s, %d days: %s", code, days, got)
			}
		}
	}
}

// What is wrong with a password and what to do about it are two paragraphs, and
// the button that is spoken of has the name that it has.
func TestTextsAboutBadPasswords(t *testing.T) {
	c := load(t)
	for _, code := range append(languages, "en") {
		l := c.Language(code)
		wrong := New("passwordtooshort", Count(10))
		skip := l.Plain(New("authprovider-resetpass-skip-label"))
		for key, skippable := range map[string]bool{"resetpass-validity": false, "resetpass-validity-soft": true} {
			parts := l.Paragraphs(New(key, Sub(wrong)))
			if len(parts) != 2 || !strings.HasSuffix(parts[0], l.HTML(wrong)) || strings.Contains(parts[1], skip) != skippable {
				t.Errorf("%s: %s: %q", code, key, parts)
			}
		}
		if soft := l.Plain(New("resetpass-expired-soft")); !strings.Contains(soft, skip) {
			t.Errorf("%s: %s", code, soft)
		}
	}
}
