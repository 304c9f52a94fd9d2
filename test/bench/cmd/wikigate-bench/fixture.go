package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"sync"
)

// Queries of the rows.
const (
	loginTokenQuery = "action=query&meta=tokens&type=login&format=json"
	csrfTokenQuery  = "action=query&meta=tokens&format=json"
	userInfoQuery   = "action=query&meta=userinfo&format=json"
)

// bots are enough that no account sees more attempts at one time than the
// throttle lets through.
const bots = 32

// bot is a bot password, as the beginning of the form that logs in with it.
type bot struct{ form []byte }

// createBots makes accounts and bot passwords by the command line.
func createBots(program, data string) ([]bot, error) {
	var made []bot
	for i := range bots {
		name := fmt.Sprintf("Bench bot %d", i+1)
		if _, err := command("", program, "account", "create", name, "--no-password", "--groups", "bot", "--data", data); err != nil {
			return nil, err
		}
		out, err := command("", program, "botpassword", "create", name, "bench", "--grants", "basic,highvolume", "--json", "--data", data)
		if err != nil {
			return nil, err
		}
		var created struct{ Login, Password string }
		if err := json.Unmarshal(out, &created); err != nil {
			return nil, err
		}
		form := "action=login&format=json&lgname=" + url.QueryEscape(created.Login) + "&lgpassword=" + url.QueryEscape(created.Password) + "&lgtoken="
		made = append(made, bot{form: []byte(form)})
	}
	return made, nil
}

// sessions collects the cookies of logins. It is safe for concurrent use.
type sessions struct {
	mu      sync.Mutex
	begun   int
	most    int // logins to begin at most
	cookies []string
}

// begin gives the permission to begin a login.
func (s *sessions) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun >= s.most {
		return false
	}
	s.begun++
	return true
}

func (s *sessions) add(cookies string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cookies = append(s.cookies, cookies)
}

// logIn is a worker whose unit is a full login as a client makes it: one
// request for the token, one with the secret.
func logIn(as []bot, into *sessions) func(number int) unit {
	tokenRequest := get(loginTokenQuery, "")
	return func(number int) unit {
		who := as[number%len(as)]
		var request, form []byte
		return func(c *client) (bool, error) {
			if !into.begin() {
				return false, nil
			}
			a, err := c.do(tokenRequest)
			if err != nil {
				return false, err
			}
			anonymous := a.cookie("wikigate_session")
			form = append(append(form[:0], who.form...), a.token()...)
			request = appendPost(request[:0], anonymous, form)
			if a, err = c.do(request); err != nil {
				return false, err
			}
			session := a.cookie("wikigate_BPsession")
			if session == "" {
				return false, fmt.Errorf("the login failed: %s", a.body)
			}
			into.add(anonymous + "; " + session)
			return true, nil
		}
	}
}

// logout is a request that ends a session.
type logout struct {
	cookies string
	token   []byte
}

// logouts hands out each prepared logout once. It is safe for concurrent use.
type logouts struct {
	mu   sync.Mutex
	left []logout
}

func (l *logouts) take() (logout, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.left) == 0 {
		return logout{}, false
	}
	last := l.left[len(l.left)-1]
	l.left = l.left[:len(l.left)-1]
	return last, true
}

// touch is a worker that asks once with each of the cookies for the token to
// log out with, and keeps it.
func (l *logouts) touch(cookies []string) func(number int) unit {
	next := 0
	return func(int) unit {
		var request []byte
		return func(c *client) (bool, error) {
			l.mu.Lock()
			i := next
			next++
			l.mu.Unlock()
			if i >= len(cookies) {
				return false, nil
			}
			request = appendGet(request[:0], csrfTokenQuery, cookies[i])
			a, err := c.do(request)
			if err != nil {
				return false, err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			l.left = append(l.left, logout{cookies: cookies[i], token: a.token()})
			return true, nil
		}
	}
}

// logOut is a worker that ends a session with each unit.
func (l *logouts) logOut(int) unit {
	var request, form []byte
	return func(c *client) (bool, error) {
		o, ok := l.take()
		if !ok {
			return false, nil
		}
		form = append(append(form[:0], "action=logout&format=json&token="...), o.token...)
		request = appendPost(request[:0], o.cookies, form)
		_, err := c.do(request)
		return true, err
	}
}
