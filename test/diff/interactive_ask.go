package diff

// askForms asks authmanagerinfo.
func (s *story) askForms() {
	items := []string{"action=query", "meta=authmanagerinfo"}
	if s.IntN(10) > 0 {
		items = append(items, "amirequestsfor="+pick(s.mutator, []string{
			"login", "login", "login", "login-continue", "login-continue", "create", "create-continue", "link", "link-continue",
			"change", "remove", "unlink", "nosuch", "", "login|create",
		}))
	}
	if s.IntN(3) == 0 {
		items = append(items, "amimessageformat="+pick(s.mutator, []string{"raw", "raw", "none", "html", "wikitext", "nosuch", ""}))
	}
	if s.IntN(3) == 0 {
		items = append(items, "amimergerequestfields="+pick(s.mutator, []string{"1", "", "0"}))
	}
	if s.IntN(4) == 0 {
		items = append(items, "amisecuritysensitiveoperation="+pick(s.mutator, []string{"", "OATHManage", "ChangeCredentials", "nosuch", "a%7Cb"}))
	}
	r := s.get(items...)
	if s.IntN(6) == 0 {
		r.Method = "POST"
	}
}

// askOath asks whether an account has a second factor.
func (s *story) askOath() {
	items := []string{"action=query", "meta=oath"}
	if s.IntN(3) > 0 {
		items = append(items, "oathuser="+escape(s.account()))
	}
	if s.IntN(2) == 0 {
		items = append(items, "oathreason="+pick(s.mutator, []string{"because", "", "x"}))
	}
	s.get(items...)
}

func (s *story) account() string {
	names := []string{"{{alice.name}}", "{{william.name}}", "{{unique}}", "127.0.0.1", "no|name", "", "{{lower alice.name}}"}
	if s.with.Second {
		names = append(names, "{{tfa.name}}", "{{tfa.name}}")
	}
	return pick(s.mutator, names)
}

// validate checks a code by action=oathvalidate.
func (s *story) validate() {
	if s.IntN(3) > 0 {
		s.get("action=query", "meta=tokens", "type=csrf")
	}
	code := "000000"
	if s.with.Second {
		code = pick(s.mutator, []string{"{{totp tfa.totp}}", "{{totp tfa.totp 1}}", "000000", ""})
	}
	fields := [][2]string{{"token", pick(s.mutator, []string{"{{csrftoken}}", "{{csrftoken}}", "{{csrftoken}}", "+\\", "x"})}}
	if s.IntN(3) > 0 {
		fields = append(fields, [2]string{"user", s.account()})
	}
	switch s.IntN(4) {
	case 0:
		fields = append(fields, [2]string{"totp", code})
	case 1, 2:
		fields = append(fields, [2]string{"data", pick(s.mutator, []string{`{"token":"` + code + `"}`, "{}", "", "[]", "x", "null", `{"token":5}`})})
	}
	r := s.post("oathvalidate", fields...)
	switch s.IntN(8) {
	case 0:
		toQuery(r, pick(s.mutator, []string{"token", "data", "totp", "user"}))
	case 1:
		remove(r, pick(s.mutator, []string{"token", "data", "totp", "user"}))
	case 2:
		r.Method = "GET"
	}
}
