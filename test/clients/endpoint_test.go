package clients

import (
	"os"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// endpoint is the server the programs talk to, the bot password they use and
// the own password of its owner, which some use too.
type endpoint struct {
	api, login, password, accountPassword string
}

// account is the name the server knows the bot password's owner by.
func (e endpoint) account() string {
	name, _, _ := strings.Cut(e.login, "@")
	return name
}

// newEndpoint is the server named by the environment, else one of our own.
func newEndpoint(t *testing.T) endpoint {
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
		return given
	}
	server := testserver.Start(t)
	const accountPassword = "client-tests-Account-Pw1"
	server.Account("William", accountPassword)
	login, secret := server.BotPassword("William", "clienttests", "basic", "highvolume", "editpage")
	return endpoint{api: server.API, login: login, password: secret, accountPassword: accountPassword}
}
