package clients

import (
	"os"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// endpoint is the server the programs talk to and the bot password they use.
type endpoint struct {
	api, login, password string
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
	}
	if given.api != "" {
		if given.login == "" || given.password == "" {
			t.Fatal("WIKIGATE_TEST_API is set: set WIKIGATE_TEST_LOGIN and WIKIGATE_TEST_PASSWORD too")
		}
		return given
	}
	server := testserver.Start(t)
	server.Account("William", "client-tests-Account-Pw1")
	login, secret := server.BotPassword("William", "clienttests", "basic", "highvolume", "editpage")
	return endpoint{api: server.API, login: login, password: secret}
}
