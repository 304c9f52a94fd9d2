package diff

import (
	"github.com/wikigate/wikigate/conformance"
)

// logIn goes through an interactive login, mostly as it should be.
func (s *story) logIn() {
	if s.IntN(3) == 0 {
		s.askForms()
	}
	s.askToken()
	s.begin()
	switch s.who {
	case second:
		s.answers()
	case temporary:
		s.newPassword()
	default:
		if s.IntN(4) == 0 {
			s.answer(0)
		}
	}
	if s.IntN(3) > 0 {
		s.whoAmI()
	}
}

// begin sends the first step, in one of two cases with faults.
func (s *story) begin() {
	r := s.post("clientlogin", [2]string{"username", s.who.name}, [2]string{"password", s.who.password},
		[2]string{"loginreturnurl", "https://client.example/back?x=1"}, [2]string{"logintoken", "{{logintoken}}"})
	if s.IntN(3) == 0 {
		set(r, "rememberMe", pick(s.mutator, []string{"1", "", "0", "true"}))
	}
	if s.IntN(2) == 0 {
		s.shape(r)
	}
	if s.IntN(2) == 0 {
		for range 1 + s.IntN(3) {
			pick(s.mutator, faults)(s, r)
		}
	}
	if len(s.steps) > 8 && s.with.Captcha != "" || s.IntN(20) == 0 {
		s.solve(r)
	}
}

// shape chooses the form of the answer.
func (s *story) shape(r *conformance.Request) {
	if s.IntN(3) > 0 {
		set(r, "loginmessageformat", pick(s.mutator, []string{"raw", "raw", "none", "html", "wikitext", "nosuch", "raw|html", ""}))
	}
	if s.IntN(2) == 0 {
		set(r, "loginmergerequestfields", pick(s.mutator, []string{"1", "", "0"}))
	}
}

// solve answers a captcha, mostly the right way.
func (s *story) solve(r *conformance.Request) {
	set(r, "captchaId", pick(s.mutator, []string{"{{captchaid}}", "{{captchaid}}", "{{captchaid}}", "1", "", "x"}))
	set(r, "captchaWord", pick(s.mutator, []string{"{{solve captchaquestion}}", "{{solve captchaquestion}}", " {{solve captchaquestion}} ", "-99", "", "x"}))
}

// faults are what clients do wrongly, or unusually, in a first step.
var faults = []func(*story, *conformance.Request){
	func(s *story, r *conformance.Request) { set(r, "password", pick(s.mutator, wrongPasswords)) },
	func(s *story, r *conformance.Request) { set(r, "password", "wrong-Secret-Pw0") },
	func(s *story, r *conformance.Request) { set(r, "username", pick(s.mutator, oddNames)) },
	func(s *story, r *conformance.Request) { set(r, "loginreturnurl", pick(s.mutator, returnURLs)) },
	func(s *story, r *conformance.Request) { set(r, "loginreturnurl", pick(s.mutator, returnURLs)) },
	func(s *story, r *conformance.Request) { set(r, "loginrequests", pick(s.mutator, requestLists)) },
	func(s *story, r *conformance.Request) { set(r, "loginrequests", pick(s.mutator, requestLists)) },
	func(s *story, r *conformance.Request) {
		set(r, "logincontinue", pick(s.mutator, []string{"1", "", "0"}))
	},
	func(s *story, r *conformance.Request) {
		set(r, "loginpreservestate", pick(s.mutator, []string{"1", ""}))
	},
	func(s *story, r *conformance.Request) { set(r, "logintoken", pick(s.mutator, wrongTokens)) },
	func(s *story, r *conformance.Request) { remove(r, pick(s.mutator, fieldsOfBegin)) },
	func(s *story, r *conformance.Request) { toQuery(r, pick(s.mutator, fieldsOfBegin)) },
	func(s *story, r *conformance.Request) {
		set(r, pick(s.mutator, strayFields), pick(s.mutator, []string{"", "1", "x", "a|b"}))
	},
	func(s *story, r *conformance.Request) {
		set(r, pick(s.mutator, []string{"username[]", "password[]", "rememberMe[]", "username[a]", "loginrequests[]"}), "x")
	},
	func(_ *story, r *conformance.Request) { r.Method = "GET" },
	func(s *story, r *conformance.Request) { s.solve(r) },
}

var (
	fieldsOfBegin  = []string{"username", "password", "loginreturnurl", "logintoken", "rememberMe"}
	strayFields    = []string{"OATHToken", "domain", "retype", "email", "skipReset", "foo", "RecoveryCode", "newModule", "token", "mailpassword", "code"}
	wrongPasswords = []string{"", " ", "x", "{{william.bots.testbot.secret}}", "{{alice.password}}", "{{tfa.password}}x", "ü", "\x00", "a\nb", "{{alice.password}} "}
	oddNames       = []string{"", " ", "{{unique}}", "no|name", "127.0.0.1", "{{william.bots.testbot.login}}", "william", " {{william.name}} ", "_{{alice.name}}_",
		"User:{{william.name}}", "{{alice.name}}#x", "\x00", "ü", "a\nb", "{{lower alice.name}}", "{{decompose unicode.name}}", "<b>", "Admin@x", "5", "~x", "{{william.name}}/x"}
	returnURLs = []string{"", "x", "//client.example/", "client.example", "http://", "http:///x", "javascript:alert(1)", "myapp://cb", "HTTPS://CLIENT.EXAMPLE/#f",
		"ftp://x/", "mailto:a@b.example", "http://user:pw@client.example:8080/", "http://[::1]/", "http://127.0.0.1:5000/", "news:x", "urn:x:y", "http://client.example/ a", "https:client.example",
		"tel:1", "data:text/html,x", "file:///etc", "http://client.example?x", " https://client.example/", "https://ü.example/", "redis://x", "ssh://x", "irc://x/#y", "\x1fhttps://client.example/"}
	requestLists = []string{"", idPassword, idRemember, idPassword + "|" + idRemember, "nosuch", idPassword + "|nosuch", "\x1f" + idPassword + "\x1f" + idRemember, idTOTP, idTOTP + "|" + idPassword,
		idDomain, idCaptcha + "|" + idPassword, "PasswordAuthenticationRequest", idPassword + "|" + idPassword, "*", "|"}
	wrongTokens = []string{"", "+\\", "x", "{{flip logintoken}}", "{{csrftoken}}", "{{logintoken}}x", "{{first logintoken 41}}"}
)

// answers continues with codes: wrong ones, and the right one in the end.
func (s *story) answers() {
	n := pick(s.mutator, []int{0, 0, 0, 1, 1, 2, 3})
	if s.IntN(25) == 0 {
		n = 11
	}
	for range n {
		s.answer(1)
	}
	s.answer(0)
	if s.IntN(3) == 0 {
		s.answer(2)
	}
}

// answer continues with a code: the right one, a wrong one, or any.
func (s *story) answer(kind int) {
	codes := [][]string{rightCodes, wrongCodes, append(append([]string{}, rightCodes...), wrongCodes...)}[kind]
	r := s.post("clientlogin", [2]string{"OATHToken", pick(s.mutator, codes)}, [2]string{"logincontinue", pick(s.mutator, []string{"1", "1", "", "true", "0"})},
		[2]string{"logintoken", "{{logintoken}}"})
	if s.IntN(3) == 0 {
		s.shape(r)
	}
	if s.IntN(3) == 0 {
		pick(s.mutator, faultsOfAnswers)(s, r)
	}
	if s.IntN(6) == 0 { // as apps do
		set(r, "username", s.who.name)
		set(r, "password", s.who.password)
	}
}

var (
	rightCodes = []string{"{{totp tfa.totp}}", "{{totp tfa.totp}}", "{{totp tfa.totp 1}}", "{{totp tfa.totp -2}}", " {{totp tfa.totp}} ", "{{first tfa.totp 0}}{{totp tfa.totp 2}}"}
	wrongCodes = []string{"000000", "", "{{totp tfa.totp 9}}", "{{totp tfa.totp -9}}", "x", "12345", "{{totp tfa.totp}}1", " ", "{{tfa.totp}}", "ü", "000 000", "0"}
)

// faultsOfAnswers are those of later steps.
var faultsOfAnswers = []func(*story, *conformance.Request){
	func(_ *story, r *conformance.Request) { remove(r, "OATHToken") },
	func(_ *story, r *conformance.Request) { remove(r, "logincontinue") },
	func(_ *story, r *conformance.Request) { remove(r, "logintoken") },
	func(_ *story, r *conformance.Request) { toQuery(r, "OATHToken") },
	func(_ *story, r *conformance.Request) { toQuery(r, "logincontinue") },
	func(s *story, r *conformance.Request) { set(r, "loginreturnurl", pick(s.mutator, returnURLs)) },
	func(s *story, r *conformance.Request) { set(r, "loginreturnurl", "https://client.example/") },
	func(s *story, r *conformance.Request) { set(r, "loginrequests", pick(s.mutator, requestLists)) },
	func(s *story, r *conformance.Request) { set(r, "logintoken", pick(s.mutator, wrongTokens)) },
	func(s *story, r *conformance.Request) { set(r, pick(s.mutator, strayFields), "x") },
	func(s *story, r *conformance.Request) { set(r, "loginpreservestate", "1") },
	func(s *story, r *conformance.Request) { set(r, "OATHToken[]", "x") },
	func(s *story, _ *conformance.Request) { s.askToken() },
	func(s *story, _ *conformance.Request) { s.askForms() },
	func(s *story, _ *conformance.Request) { s.whoAmI() },
}

// lonelyAnswer continues what was not begun.
func (s *story) lonelyAnswer() {
	if s.IntN(2) == 0 {
		s.askToken()
	}
	if s.with.Second {
		s.answer(s.IntN(3))
		return
	}
	s.post("clientlogin", [2]string{"logincontinue", "1"}, [2]string{"logintoken", "{{logintoken}}"})
}

// newPassword goes through the step that a temporary password leads to.
func (s *story) newPassword() {
	const fresh = "fresh-Secret-Pw10"
	pairs := [][2]string{{fresh, "other-Secret-Pw11"}, {"", ""}, {"short", "short"}, {"{{temppw.name}}", "{{temppw.name}}"}, {fresh, ""}, {"", fresh}, {"password", "password"}}
	for range pick(s.mutator, []int{0, 0, 1, 2}) {
		s.choose(pick(s.mutator, pairs))
	}
	if s.IntN(4) > 0 {
		s.choose([2]string{fresh, fresh})
	}
	if s.IntN(3) == 0 {
		s.logOut()
		s.askToken()
		s.begin()
	}
}

func (s *story) choose(pair [2]string) {
	r := s.post("clientlogin", [2]string{"password", pair[0]}, [2]string{"retype", pair[1]}, [2]string{"logincontinue", "1"}, [2]string{"logintoken", "{{logintoken}}"})
	if s.IntN(3) == 0 {
		s.shape(r)
	}
	switch s.IntN(10) {
	case 0:
		toQuery(r, pick(s.mutator, []string{"password", "retype"}))
	case 1:
		remove(r, pick(s.mutator, []string{"password", "retype"}))
	case 2:
		set(r, "skipReset", "1")
	}
}
