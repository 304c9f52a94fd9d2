// Command go-mwclient drives the library of that name: one line per step, and
// the first that fails ends the program with a line saying so.
//
// The library's Logout sends neither POST nor a token, which MediaWiki has
// refused since 1.34, so logging out goes through its generic Post.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	mwclient "cgt.name/pkg/go-mwclient"
	"cgt.name/pkg/go-mwclient/params"
)

var (
	login    = os.Getenv("WIKIGATE_LOGIN")
	password = os.Getenv("WIKIGATE_PASSWORD")
)

func main() {
	client, err := newClient()
	if err != nil {
		fail("address", err)
	}
	steps := []struct {
		name string
		run  func(*mwclient.Client) error
	}{
		{"log in", func(c *mwclient.Client) error { return c.Login(login, password) }},
		{"who am I", whoAmI},
		{"csrf token", csrfToken},
		{"assert=user", assertUser},
		{"wrong password", wrongPassword},
		{"log out", logOut},
		{"anonymous afterwards", anonymousAfterwards},
		{"assert=user refused", assertUserRefused},
	}
	for _, step := range steps {
		if err := step.run(client); err != nil {
			fail(step.name, err)
		}
		fmt.Println("ok", step.name)
	}
}

func fail(step string, err error) {
	fmt.Printf("FAILED %s: %v\n", step, err)
	os.Exit(1)
}

func newClient() (*mwclient.Client, error) {
	return mwclient.New(os.Getenv("WIKIGATE_API"), "wikigate-client-tests")
}

func whoAmI(c *mwclient.Client) error {
	reply, err := c.Get(params.Values{"action": "query", "meta": "userinfo"})
	if err != nil {
		return err
	}
	name, err := reply.GetString("query", "userinfo", "name")
	if err != nil {
		return err
	}
	if account, _, _ := strings.Cut(login, "@"); name != account {
		return fmt.Errorf("known as %s", name)
	}
	return nil
}

func csrfToken(c *mwclient.Client) error {
	token, err := c.GetToken(mwclient.CSRFToken)
	if err != nil {
		return err
	}
	if len(token) != 42 || !strings.HasSuffix(token, `+\`) {
		return fmt.Errorf("token is %s", token)
	}
	return nil
}

// assertUser leaves the assertion on: every later request carries it too.
func assertUser(c *mwclient.Client) error {
	c.Assert = mwclient.AssertUser
	_, err := c.Get(params.Values{"action": "query"})
	return err
}

func wrongPassword(*mwclient.Client) error {
	other, err := newClient()
	if err != nil {
		return err
	}
	return expectCode(other.Login(login, "wrong"+password[5:]), "Failed")
}

func logOut(c *mwclient.Client) error {
	token, err := c.GetToken(mwclient.CSRFToken)
	if err != nil {
		return err
	}
	_, err = c.Post(params.Values{"action": "logout", "token": token})
	return err
}

func anonymousAfterwards(c *mwclient.Client) error {
	c.Assert = mwclient.AssertNone
	reply, err := c.Get(params.Values{"action": "query", "meta": "userinfo"})
	if err != nil {
		return err
	}
	if id, err := reply.GetInt64("query", "userinfo", "id"); err != nil || id != 0 {
		return fmt.Errorf("known by the number %d (%v)", id, err)
	}
	return nil
}

func assertUserRefused(c *mwclient.Client) error {
	c.Assert = mwclient.AssertUser
	_, err := c.Get(params.Values{"action": "query"})
	return expectCode(err, "assertuserfailed")
}

func expectCode(err error, code string) error {
	var refused mwclient.APIError
	if !errors.As(err, &refused) || refused.Code != code {
		return fmt.Errorf("expected the API error %s, got %v", code, err)
	}
	return nil
}
