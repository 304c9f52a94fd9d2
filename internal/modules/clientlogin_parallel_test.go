package modules

import (
	"net/url"
	"strings"
	"sync"
	"testing"
)

// stepper is a client that sends the cookies and the token it holds now, again
// and again, whatever comes back: as many at once as want to.
type stepper struct {
	*client
	token string
}

func (c *client) stepper() stepper {
	c.t.Helper()
	token := c.token("login")
	return stepper{c.withoutJar(), token}
}

func (s stepper) begin(name, password string) answer {
	return s.send(url.Values{"username": {name}, "password": {password}, "loginreturnurl": {"http://x/"}})
}

func (s stepper) goOn(code string) answer {
	return s.send(url.Values{"logincontinue": {"1"}, "OATHToken": {code}})
}

func (s stepper) send(form url.Values) answer {
	form.Set("action", "clientlogin")
	form.Set("logintoken", s.token)
	return s.post(form)
}

// atOnce does all of it at the same moment.
func atOnce(calls ...func() answer) []answer {
	answers := make([]answer, len(calls))
	var done sync.WaitGroup
	for i, call := range calls {
		done.Go(func() { answers[i] = call() })
	}
	done.Wait()
	return answers
}

// statuses are those of answers, with the code of an error in their place.
func statuses(answers []answer) string {
	var list []string
	for _, a := range answers {
		status := a.text("clientlogin", "status")
		if status == "" {
			status = a.code()
		}
		list = append(list, status)
	}
	return strings.Join(list, " ")
}

// E-9: of sessions that bring one code at the same moment, one logs in.
func TestE9_OneCodeInManySessions(t *testing.T) {
	for name, code := range map[string]func(d device) string{
		"code of the time": device.now, "recovery code": func(d device) string { return d.recovery[3] },
	} {
		r, d := withFactor(t, withoutThrottle)
		once := code(d)
		var calls []func() answer
		var clients []*client
		for range 8 {
			c := r.waiting(t)
			s := c.stepper()
			clients = append(clients, c)
			calls = append(calls, func() answer { return s.goOn(once) })
		}
		got := statuses(atOnce(calls...))
		if strings.Count(got, "PASS") != 1 || strings.Count(got, "UI") != 7 {
			t.Errorf("%s: %s", name, got)
		}
		for _, c := range clients {
			c.is(nobody) // the answers have gone elsewhere
		}
	}
}

// E-9: of answers to one waiting login at the same moment, each of them right,
// one logs in.
func TestE9_ManyRightCodesInOneSession(t *testing.T) {
	r, d := withFactor(t)
	s := r.waiting(t).stepper()
	calls := []func() answer{func() answer { return s.goOn(d.now()) }}
	for _, code := range d.recovery[:7] {
		calls = append(calls, func() answer { return s.goOn(code) })
	}
	answers := atOnce(calls...)
	got := statuses(answers)
	if strings.Count(got, "PASS") != 1 || strings.Count(got, "FAIL")+strings.Count(got, "badtoken") != 7 {
		t.Errorf("%s", got)
	}
	used := 0
	for _, code := range append(d.recovery[:7:7], d.now()) {
		if r.waiting(t).goOn("OATHToken", code).text("clientlogin", "status") != "PASS" {
			used++
		}
		r.Clock.Advance(0)
	}
	if used != 1 {
		t.Errorf("%d codes were used up by one login", used)
	}
}

// E-10: whatever is begun and continued at the same moment in one session,
// nobody is logged in but by a step with a code of his own.
func TestE10_ParallelStepsOfOneSession(t *testing.T) {
	for range 10 {
		r, d := withFactor(t, withoutThrottle)
		other := r.enrol(t, "William")
		s := r.waiting(t).stepper()
		owner := map[string]string{d.now(): "Tfa", d.recovery[0]: "Tfa", other.now(): "William", other.recovery[0]: "William"}
		var calls []func() answer
		for code, name := range owner {
			calls = append(calls, func() answer {
				a := s.goOn(code)
				if got := a.text("clientlogin", "username"); got != "" && got != name {
					t.Errorf("a code of %s logs in as %s", name, got)
				}
				return a
			})
		}
		for _, begin := range [][2]string{{"Tfa", tfaPassword}, {"William", williamPassword}, {"Tfa", "wrong"}, {"William", williamPassword}} {
			calls = append(calls, func() answer {
				a := s.begin(begin[0], begin[1])
				if strings.Contains(a.Body, `"PASS"`) {
					t.Errorf("%s logs in by a password: %s", begin[0], a.Body)
				}
				return a
			})
		}
		got := statuses(atOnce(calls...))
		for name := range strings.FieldsSeq(got) {
			if !strings.Contains(" PASS FAIL UI badtoken ", " "+name+" ") {
				t.Errorf("%s", got)
			}
		}
	}
}
