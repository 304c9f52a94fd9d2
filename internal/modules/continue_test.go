package modules

import "testing"

// The parameter continue names, behind the generator's state, the submodules
// that are done. The answers are those of a MediaWiki 1.39.17.
func TestContinue(t *testing.T) {
	c := newRig(t).client(t)
	const (
		start     = `{"batchcomplete":true,`
		first     = `"continue":{"aufrom":"Alice","continue":"-||"},"query":{"allusers":[{"userid":1,"name":"Admin"}]}}`
		lists     = "list=allusers|users&ususers=Alice&aulimit=1&aufrom=BotUser"
		alice     = `"users":[{"userid":2,"name":"Alice"}]`
		botUser   = `"allusers":[{"userid":4,"name":"BotUser"}]`
		atWilliam = `"continue":{"aufrom":"William","continue":"-||users"},`
		tokens    = `"tokens":{"csrftoken":"+\\"}`
		userInfo  = `"userinfo":{"id":0,"name":"127.0.0.1","anon":true}`
	)
	for _, test := range []struct{ query, want string }{
		{"list=allusers&aulimit=1", start + first},
		{"list=allusers&aulimit=1&continue=", start + first},
		{"list=allusers&aulimit=1&continue=-||", start + first},
		{"list=allusers&aulimit=1&continue=||", start + first},
		{"list=allusers&aulimit=1&continue=|||", start + first},
		{"list=allusers&aulimit=1&continue=x||foo", start + first},
		{"list=allusers&aulimit=1&continue=allusers||-", start + first},
		{"list=allusers&aulimit=1&continue=-||users|tokens", start + first},
		{"list=allusers&aulimit=1&continue[]=x", `{"batchcomplete":true,"continue":{"aufrom":"Alice","continue":"-||"},` +
			`"warnings":{"main":{"warnings":"T"}},"query":{"allusers":[{"userid":1,"name":"Admin"}]}}`},
		{"list=allusers&aulimit=1&continue=-||allusers", `{"batchcomplete":true}`},
		{"list=allusers&aulimit=1&rawcontinue&continue=-||allusers", `{}`},
		{lists, start + atWilliam + `"query":{` + botUser + `,` + alice + `}}`},
		{lists + "&continue=-||users", start + atWilliam + `"query":{` + botUser + `}}`},
		{lists + "&continue=-||allusers", start + `"query":{` + alice + `}}`},
		{lists + "&continue=-||users|allusers", `{"batchcomplete":true}`},
		{lists + "&rawcontinue", `{"query-continue":{"allusers":{"aufrom":"William"}},"query":{` + botUser + `,` + alice + `}}`},
		{lists + "&rawcontinue&continue=-||users", `{"query-continue":{"allusers":{"aufrom":"William"}},"query":{` + botUser + `}}`},
		{"list=users&rawcontinue", `{"query":{"users":[]}}`},
		{"list=allusers&aulimit=1&meta=userinfo|tokens", start + `"continue":{"aufrom":"Alice","continue":"-||userinfo|tokens"},` +
			`"query":{"allusers":[{"userid":1,"name":"Admin"}],` + userInfo + `,` + tokens + `}}`},
		{"list=users|allusers&aulimit=1&meta=userinfo|tokens&continue=-||tokens|zz|users", start +
			`"continue":{"aufrom":"Alice","continue":"-||users|userinfo|tokens"},"query":{"allusers":[{"userid":1,"name":"Admin"}],` + userInfo + `}}`},
		{"meta=tokens&continue=-||", start + `"query":{` + tokens + `}}`},
		{"meta=tokens&continue=-||tokens", `{"batchcomplete":true}`},
		{"meta=tokens|userinfo&continue=a||userinfo", start + `"query":{` + tokens + `}}`},
		{"continue=x||y", `{"batchcomplete":true}`},
		// Parameters of submodules that are done count as read, and are checked
		// before those of the others.
		{"list=allusers&aulimit=1&foo=1&continue=-||allusers|users&ususers=x", `{"warnings":{"main":{"warnings":"T"}},"batchcomplete":true}`},
		{"list=allusers&aulimit=max&continue=-||allusers", `{"batchcomplete":true,"limits":{"allusers":500}}`},
		{"list=allusers&aulimit=999&continue=-||allusers", `{"batchcomplete":true,"warnings":{"allusers":{"warnings":"T"}}}`},
		{"list=users&usprop=zz&meta=userinfo&uiprop=zz&continue=-||userinfo", `{"batchcomplete":true,"warnings":{"users":{"warnings":"T"},"userinfo":{"warnings":"T"}},"query":{"users":[]}}`},
		{"list=users&ususers=Alice&ususerids=4&continue=-||users", `{"batchcomplete":true}`},
		{"list=users|allusers&ususers=Alice&aulimit=max&auprefix=Al&meta=userinfo", start + `"query":{` + alice + `,"allusers":[{"userid":2,"name":"Alice"}],` +
			userInfo + `},"limits":{"allusers":500}}`},
	} {
		c.get("action=query&formatversion=2&"+test.query).shows(test.query, test.want)
	}
	c.get("action=query&list=allusers&aulimit=1").is(`{"batchcomplete":"",` + first)
}

func TestBadContinue(t *testing.T) {
	c := newRig(t).client(t)
	for _, at := range []string{"-", "|", "-|", "x", "-|x|", "a|b|c", "-||||", "-||a||b", "%20"} {
		for _, query := range []string{"meta=tokens", "list=allusers&aulimit=1", "list=allusers&rawcontinue", "meta=userinfo&uiprop=zz", ""} {
			c.get("action=query&"+query+"&continue="+at).fails(query+" at "+at, "badcontinue")
		}
	}
	c.get("action=query&list=allusers&aulimit=x&continue=-||allusers").fails("a bad value of a module that is done", "badinteger")
	m := said{code: "badcontinue", key: "apierror-badcontinue", module: "main"}
	for _, s := range styles() {
		c.get("action=query&list=allusers&continue=x"+s.query()).shows(s.String(), s.failure(m))
	}
}

// A submodule that is done neither hands out tokens nor begins a session.
func TestContinueRunsNothingTwice(t *testing.T) {
	a := newRig(t).client(t).get("action=query&meta=tokens&type=login&continue=-||tokens")
	if a.setNames() != "" || a.raw("query") != "" {
		t.Errorf("%s set %s", a.Body, a.setNames())
	}
}
