package clients

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// endpoint is the server the programs talk to, the bot password they use, the
// own password of its owner, which some use too, and an account with a second
// factor.
type endpoint struct {
	api, login, password, accountPassword string
	second                                *secondFactor // nil when the wiki has no such account
}

// account is the name the server knows the bot password's owner by.
func (e endpoint) account() string {
	name, _, _ := strings.Cut(e.login, "@")
	return name
}

// givenSecond is the account with a second factor that the environment names.
// It is one for all tests, as each of its codes works once.
var givenSecond = sync.OnceValue(func() *secondFactor {
	secret := os.Getenv("WIKIGATE_TEST_SECOND_SECRET")
	if secret == "" {
		return nil
	}
	return &secondFactor{login: os.Getenv("WIKIGATE_TEST_SECOND_LOGIN"), password: os.Getenv("WIKIGATE_TEST_SECOND_PASSWORD"), secret: secret}
})

// newEndpoint is the server named by the environment, else one of our own with
// those options.
func newEndpoint(t *testing.T, options ...string) endpoint {
	t.Helper()
	given := endpoint{
		api:      os.Getenv("WIKIGATE_TEST_API"),
		login:    os.Getenv("WIKIGATE_TEST_LOGIN"),
		password: os.Getenv("WIKIGATE_TEST_PASSWORD"),

		accountPassword: os.Getenv("WIKIGATE_TEST_ACCOUNT_PASSWORD"),
	}
	if given.api != "" {
		if given.login == "" || given.password == "" || given.accountPassword == "" {
			t.Fatal("WIKIGATE_TEST_API is set: set WIKIGATE_TEST_LOGIN, WIKIGATE_TEST_PASSWORD " +
				"and WIKIGATE_TEST_ACCOUNT_PASSWORD too")
		}
		given.second = givenSecond()
		return given
	}
	server := testserver.Start(t, options...)
	const accountPassword = "client-tests-Account-Pw1"
	server.Account("William", accountPassword)
	second := &secondFactor{login: "Tfa", password: "client-tests-Account-Pw2", secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
	server.Account(second.login, second.password)
	server.SecondFactor(second.login, second.secret)
	login, secret := server.BotPassword("William", "clienttests", "basic", "highvolume", "editpage")
	return endpoint{api: server.API, login: login, password: secret, accountPassword: accountPassword, second: second}
}
