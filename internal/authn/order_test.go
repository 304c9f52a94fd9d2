package authn_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
)

// three are providers of which one may do something else.
func three(ids ...string) []*fake {
	list := make([]*fake, len(ids))
	for i, id := range ids {
		list[i] = &fake{id: id, finish: func(authn.Response) error { return nil }}
	}
	return list
}

// Pre, then primary providers until one does not abstain, then all secondary
// ones; whoever fails ends it, and all are told of the end.
func TestProvidersAreAskedInOrder(t *testing.T) {
	const told = "pre1 finished %, pre2 finished %, one finished %, two finished %, three finished %, second1 finished %, second2 finished %"
	for name, c := range map[string]struct {
		who   string // does it
		what  func(f *fake, alice account.Account)
		want  authn.Status
		key   string
		calls string
		end   string
	}{
		"all pass": {"", nil, authn.Pass, "",
			"pre1 test, pre2 test, one begin, two begin, second1 begin, second2 begin", "PASS"},
		"first pre": {"pre1", func(f *fake, _ account.Account) { f.test = says(authn.Fail, "no-1") }, authn.Fail, "no-1", "pre1 test", "FAIL"},
		"second pre": {"pre2", func(f *fake, _ account.Account) { f.test = says(authn.Fail, "no-2") }, authn.Fail, "no-2",
			"pre1 test, pre2 test", "FAIL"},
		"first primary fails": {"one", func(f *fake, _ account.Account) { f.begin = says(authn.Fail, "no-3") }, authn.Fail, "no-3",
			"pre1 test, pre2 test, one begin", "FAIL"},
		"first primary passes": {"one", func(f *fake, alice account.Account) { f.begin = proves(alice) }, authn.Pass, "",
			"pre1 test, pre2 test, one begin, second1 begin, second2 begin", "PASS"},
		"all abstain": {"two", func(f *fake, _ account.Account) { f.begin = nil }, authn.Fail, "authmanager-authn-no-primary",
			"pre1 test, pre2 test, one begin, two begin, three begin", "FAIL"},
		"last primary passes": {"two", func(f *fake, _ account.Account) { f.begin = says(authn.Fail, "no-4") }, authn.Fail, "no-4",
			"pre1 test, pre2 test, one begin, two begin", "FAIL"},
		"first secondary fails": {"second1", func(f *fake, _ account.Account) { f.begin = says(authn.Fail, "no-5") }, authn.Fail, "no-5",
			"pre1 test, pre2 test, one begin, two begin, second1 begin", "FAIL"},
		"second secondary fails": {"second2", func(f *fake, _ account.Account) { f.begin = says(authn.Fail, "no-6") }, authn.Fail, "no-6",
			"pre1 test, pre2 test, one begin, two begin, second1 begin, second2 begin", "FAIL"},
		"a secondary passes": {"second1", func(f *fake, _ account.Account) { f.begin = says(authn.Pass, "") }, authn.Pass, "",
			"pre1 test, pre2 test, one begin, two begin, second1 begin, second2 begin", "PASS"},
		"a secondary asks": {"second1", func(f *fake, _ account.Account) { f.begin = says(authn.UI, "please") }, authn.UI, "please",
			"pre1 test, pre2 test, one begin, two begin, second1 begin", ""},
		"a primary redirects": {"one", func(f *fake, _ account.Account) { f.begin = says(authn.Redirect, "") }, authn.Redirect, "",
			"pre1 test, pre2 test, one begin", ""},
		"nobody's": {"one", func(f *fake, _ account.Account) { f.begin = says(authn.Pass, "") }, authn.Restart, "authmanager-authn-no-local-user",
			"pre1 test, pre2 test, one begin", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			pre, primary, secondary := three("pre1", "pre2"), three("one", "two", "three"), three("second1", "second2")
			primary[1].begin = proves(w.alice)
			for _, f := range append(append(pre[:2:2], primary...), secondary...) {
				if f.id == c.who {
					c.what(f, w.alice)
				}
			}
			w.use(pre, primary, secondary)
			client := w.client()
			r := client.begins(nil, c.want)
			if r.Message.Key != c.key {
				t.Errorf("says %q", r.Message.Key)
			}
			calls := c.calls
			if c.end != "" {
				calls += ", " + strings.ReplaceAll(told, "%", c.end)
			}
			w.wasCalled(calls)
			if c.want == authn.Pass {
				client.is("Alice")
			} else {
				client.is("")
			}
			if c.want == authn.Pass || c.want == authn.Fail {
				client.nothingWaits()
			}
		})
	}
}

// Steps that ask are taken again until they do not, those that are done no
// more, and only the end is told.
func TestStepsAreContinuedAndNotRepeated(t *testing.T) {
	w := newWorld(t)
	end := func(r authn.Response) error { return nil }
	w.use(nil,
		[]*fake{{id: "away"}, {id: "here", asks: []authn.Request{text("Where", "where")}, finish: end,
			begin: says(authn.Redirect, ""), step: inTurn(says(authn.UI, "again"), proves(w.alice))}},
		[]*fake{
			{id: "quiet"},
			{id: "code", asks: []authn.Request{text("Code", "code")}, begin: says(authn.UI, "code"), step: inTurn(says(authn.UI, "wrong"), says(authn.Pass, ""))},
			{id: "more", asks: []authn.Request{text("More", "more")}, begin: says(authn.UI, "more"), step: says(authn.Abstain, "")},
		})
	client := w.client()
	for i, c := range []struct {
		want  authn.Status
		asked string
		calls string
	}{
		{authn.Redirect, "Where", "away begin, here begin"},
		{authn.UI, "Where", "here continue"},
		{authn.UI, "Code", "here continue, quiet begin, code begin"},
		{authn.UI, "Code", "code continue"},
		{authn.UI, "More", "code continue, more begin"},
		{authn.Pass, "", "more continue, here finished PASS"},
	} {
		var r authn.Response
		if i == 0 {
			r = client.begins(nil, c.want)
		} else {
			r = client.goesOn(nil, c.want)
		}
		w.wasCalled(c.calls)
		if c.want == authn.Pass {
			break
		}
		client.is("")
		waiting := client.waits()
		if len(r.Requests) != 1 || r.Requests[0].ID != c.asked || len(waiting) != 1 || waiting[0].ID != c.asked {
			t.Errorf("step %d asks %+v, and then %+v", i, r.Requests, waiting)
		}
	}
	client.is("Alice")
	client.nothingWaits()
}

// A secondary provider sees what was sent in the first call, when it begins in
// it, and never what was meant for another step.
func TestSecondariesSeeTheAnswersOfTheFirstCallOnly(t *testing.T) {
	for name, c := range map[string]struct {
		first, step move
		sees        bool
	}{
		"at once": {nil, nil, true},
		"later":   {says(authn.UI, "wait"), nil, false},
	} {
		w := newWorld(t)
		begin, step := proves(w.alice), proves(w.alice)
		if c.first != nil {
			begin = c.first
		}
		var seen, later authn.Answers
		w.use(nil,
			[]*fake{{id: "first", requests: []authn.Request{text("Name", "name")}, asks: []authn.Request{text("Name", "name"), text("Code", "code")}, begin: begin, step: step}},
			[]*fake{{id: "second", requests: []authn.Request{text("Code", "code")}, asks: []authn.Request{text("Name", "name"), text("Code", "code")},
				begin: func(a *authn.Attempt) (authn.Response, error) { seen = a.Answers; return says(authn.UI, "code")(a) },
				step:  func(a *authn.Attempt) (authn.Response, error) { later = a.Answers; return authn.Response{}, nil },
			}})
		client := w.client()
		client.begins(authn.Given{"name": "a", "code": "1"}, authn.UI)
		if c.first != nil {
			client.goesOn(authn.Given{"name": "a", "code": "2"}, authn.UI)
		}
		if code, ok := seen.Of("Code"); ok != c.sees || ok && code.Value("code") != "1" {
			t.Errorf("%s: begins with %+v", name, seen)
		}
		client.goesOn(authn.Given{"name": "a", "code": "3"}, authn.Pass)
		if code, ok := later.Of("Code"); !ok || code.Value("code") != "3" {
			t.Errorf("%s: continues with %+v", name, later)
		}
	}
}

// An error is the end of a login, wherever it comes from.
func TestErrorsEndALogin(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		alter func(pre, primary, secondary *fake)
		steps int // that are taken before
	}{
		"pre":               {func(p, _, _ *fake) { p.test = inTurn(says(authn.Pass, ""), fails(broken)) }, 0},
		"primary begins":    {func(_, p, _ *fake) { p.begin = inTurn(says(authn.UI, ""), fails(broken)) }, 0},
		"primary goes on":   {func(_, p, _ *fake) { p.step = fails(broken) }, 1},
		"secondary begins":  {func(_, _, s *fake) { s.begin = fails(broken) }, 1},
		"secondary goes on": {func(_, _, s *fake) { s.begin, s.step = says(authn.UI, "code"), fails(broken) }, 2},
		"told of the end":   {func(_, _, s *fake) { s.finish = func(authn.Response) error { return broken } }, 1},
	} {
		w := newWorld(t)
		pre, primary, secondary := three("pre"), three("first"), three("second")
		primary[0].begin, primary[0].step = says(authn.UI, "go on"), proves(w.alice)
		c.alter(pre[0], primary[0], secondary[0])
		w.use(pre, primary, secondary)
		client := w.client()
		client.begins(nil, authn.UI)
		var err error
		for range c.steps {
			if _, _, err = client.goOn(nil); errors.Is(err, broken) {
				break
			}
			client.must(err)
		}
		if c.steps == 0 {
			_, err = client.begin(nil)
		}
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		client.is("")
		client.nothingWaits()
	}
}

func TestAPrimaryMustNotAbstainInTheMiddle(t *testing.T) {
	w := newWorld(t)
	w.use(nil, []*fake{{id: "first", begin: says(authn.UI, "go on"), step: says(authn.Abstain, "")}, {id: "other", begin: proves(w.alice)}}, nil)
	client := w.client()
	client.begins(nil, authn.UI)
	if _, _, err := client.goOn(nil); err == nil {
		t.Error("no error")
	}
	client.is("")
	client.nothingWaits()
}

func TestProvidersHaveIDsOfTheirOwn(t *testing.T) {
	for _, ids := range [][3]string{{"a", "a", "b"}, {"a", "b", "a"}, {"b", "a", "a"}, {"", "a", "b"}} {
		if _, err := newWorld(t).build(three(ids[0]), three(ids[1]), three(ids[2])); err == nil {
			t.Errorf("%q is a machine", ids)
		}
	}
}
