package diff

import (
	"net/http"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// Interactive says what sequences of the modules for interactive login may
// need. They are made up, not taken from scenarios.
type Interactive struct {
	Share     int    // of 100 sequences, how many are of this kind
	Second    bool   // there are accounts with a second factor to lend
	Temporary bool   // and with a temporary password
	Captcha   string // a variant that asks for captchas; empty for none
	Oath      string // a variant where everybody may check codes of others
}

// person is somebody who logs in.
type person struct{ name, password string }

var people = []person{
	{"{{william.name}}", "{{william.password}}"}, {"{{alice.name}}", "{{alice.password}}"},
	{"{{unicode.name}}", "{{unicode.password}}"}, {"{{blocked.name}}", "{{blocked.password}}"},
	{"{{botuser.name}}", "{{botuser.password}}"}, {"{{admin.name}}", "{{admin.password}}"},
}

var (
	second    = person{"{{tfa.name}}", "{{tfa.password}}"}
	temporary = person{"{{temppw.name}}", "{{temppw.temporary}}"}
	nobody    = person{"{{unique}}", "no-Secret-Pw0"}
)

// Ids of requests, which clients send back.
const (
	idPassword = `MediaWiki\Auth\PasswordAuthenticationRequest`
	idRemember = `MediaWiki\Auth\RememberMeAuthenticationRequest`
	idTOTP     = `MediaWiki\Extension\OATHAuth\Auth\TOTPAuthenticationRequest`
	idCaptcha  = `CaptchaAuthenticationRequest`
	idDomain   = `MediaWiki\Auth\PasswordDomainAuthenticationRequest`
)

// story is a sequence being made up.
type story struct {
	*mutator
	with  Interactive
	style []string // items of the query of each request
	who   person
	steps []conformance.Step
}

// acts of a story; the more often one stands here, the more often it is
// chosen.
var acts = []struct {
	weight int
	play   func(*story)
}{
	{10, (*story).logIn},
	{3, (*story).askForms},
	{2, (*story).askOath},
	{2, (*story).validate},
	{2, (*story).loginOld},
	{2, (*story).logOut},
	{2, (*story).whoAmI},
	{2, (*story).lonelyAnswer},
	{1, (*story).describe},
}

// interactive makes up a sequence.
func (m *mutator) interactive(with Interactive) *Sequence {
	s := &story{mutator: m, with: with}
	site := ""
	if with.Captcha != "" && m.IntN(6) == 0 {
		site = with.Captcha
	} else if with.Oath != "" && m.IntN(8) == 0 {
		site = with.Oath
	}
	s.dress()
	s.choosePerson(site == with.Captcha && site != "")
	switch {
	case site == "":
	case site == with.Captcha:
		s.failUntilCaptcha()
	case site == with.Oath:
		s.checkCodes()
	}
	total := 0
	for _, a := range acts {
		total += a.weight
	}
	for range 1 + m.IntN(4) {
		at, i := m.IntN(total), 0
		for at >= acts[i].weight {
			at -= acts[i].weight
			i++
		}
		acts[i].play(s)
	}
	return &Sequence{From: []string{"(made up)"}, Site: site, Steps: s.steps}
}

// choosePerson says whose logins are tried. Where captchas count failures by
// name, it is nobody whom another sequence names.
func (s *story) choosePerson(own bool) {
	switch n := s.IntN(20); {
	case n < 9 && s.with.Second:
		s.who = second
	case n < 12 && s.with.Temporary:
		s.who = temporary
	case n == 12 || own:
		s.who = nobody
	default:
		s.who = pick(s.mutator, people)
	}
}

// dress chooses what all requests of the sequence ask for alike.
func (s *story) dress() {
	s.style = []string{"format=" + pick(s.mutator, []string{"json", "json", "json", "json", "xml", "php"})}
	if s.IntN(2) == 0 {
		s.style = append(s.style, "formatversion="+pick(s.mutator, []string{"1", "2", "2"}))
	}
	if s.IntN(4) == 0 {
		s.style = append(s.style, "errorformat="+pick(s.mutator, []string{"plaintext", "raw", "html", "wikitext", "none", "bc"}))
	}
	if s.IntN(3) == 0 {
		s.style = append(s.style, "uselang="+pick(s.mutator, []string{"qqx", "qqx", "de", "ar", "user"}))
	}
}

func (s *story) add(r *conformance.Request) *conformance.Request {
	r.Client = "a"
	s.steps = append(s.steps, conformance.Step{Request: r})
	return r
}

func (s *story) get(items ...string) *conformance.Request {
	return s.add(&conformance.Request{Method: http.MethodGet, Target: "?" + strings.Join(append(items, s.style...), "&")})
}

func (s *story) post(action string, fields ...[2]string) *conformance.Request {
	r := &conformance.Request{Method: http.MethodPost, Target: "?" + strings.Join(append([]string{"action=" + action}, s.style...), "&")}
	if s.IntN(4) == 0 {
		r.Target = "?" + strings.Join(s.style, "&")
		fields = append(fields, [2]string{"action", action})
	}
	r.Fields = fields
	r.Parts = s.IntN(10) == 0
	return s.add(r)
}

// toQuery moves a field to the query, if there is one of that name.
func toQuery(r *conformance.Request, name string) {
	r.Fields = slices.DeleteFunc(r.Fields, func(f [2]string) bool {
		if f[0] == name {
			setQuery(r, append(query(r), escape(name)+"="+escape(f[1])))
		}
		return f[0] == name
	})
}

func remove(r *conformance.Request, name string) {
	r.Fields = slices.DeleteFunc(r.Fields, func(f [2]string) bool { return f[0] == name })
}

// set gives a field a value, in its place if it is there.
func set(r *conformance.Request, name, value string) {
	i := slices.IndexFunc(r.Fields, func(f [2]string) bool { return f[0] == name })
	if i < 0 {
		r.Fields = append(r.Fields, [2]string{name, value})
		return
	}
	r.Fields[i][1] = value
}

func (s *story) askToken() {
	kinds := pick(s.mutator, []string{"login", "login", "login", "login|csrf", "csrf|login|createaccount"})
	if s.IntN(5) == 0 {
		s.post("query", [2]string{"meta", "tokens"}, [2]string{"type", kinds})
		return
	}
	s.get("action=query", "meta=tokens", "type="+kinds)
}

func (s *story) whoAmI() {
	s.get("action=query", "meta="+pick(s.mutator, []string{"userinfo", "userinfo", "userinfo|tokens", "authmanagerinfo|userinfo"}),
		"uiprop="+pick(s.mutator, []string{"groups", "rights", "blockinfo|hasmsg", "", "email|registrationdate"}))
}

func (s *story) logOut() {
	s.get("action=query", "meta=tokens", "type=csrf")
	s.post("logout", [2]string{"token", "{{csrftoken}}"})
}

// loginOld logs in by action=login: a bot password, or the account itself.
func (s *story) loginOld() {
	s.askToken()
	name, password := s.who.name, s.who.password
	if s.IntN(3) > 0 {
		name, password = "{{william.bots.testbot.login}}", "{{william.bots.testbot.secret}}"
	}
	s.post("login", [2]string{"lgname", name}, [2]string{"lgpassword", password}, [2]string{"lgtoken", "{{logintoken}}"})
	if s.IntN(2) == 0 {
		s.answer(0)
	}
}

// failUntilCaptcha makes the server want a captcha of this address.
func (s *story) failUntilCaptcha() {
	s.askToken()
	for range 3 {
		s.post("clientlogin", [2]string{"username", s.who.name}, [2]string{"password", "wrong-Secret-Pw0"},
			[2]string{"loginreturnurl", "https://client.example/"}, [2]string{"logintoken", "{{logintoken}}"})
	}
	s.get("action=query", "meta=authmanagerinfo", "amirequestsfor=login")
}

// checkCodes logs in with a password alone, and checks codes.
func (s *story) checkCodes() {
	p := pick(s.mutator, people)
	s.askToken()
	s.post("clientlogin", [2]string{"username", p.name}, [2]string{"password", p.password},
		[2]string{"loginreturnurl", "https://client.example/"}, [2]string{"logintoken", "{{logintoken}}"})
	for range 1 + s.IntN(3) {
		s.validate()
		s.askOath()
	}
}

// describe asks paraminfo about the modules.
func (s *story) describe() {
	s.get("action=paraminfo", "modules="+escape(pick(s.mutator, []string{
		"clientlogin", "query+authmanagerinfo", "query+oath", "oathvalidate", "clientlogin|oathvalidate|query+oath|query+authmanagerinfo",
	})), "helpformat="+pick(s.mutator, []string{"none", "raw", "wikitext"}))
}
