package modules

import (
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/authn/block"
)

// Where blocks disable logins, one that comes while a login waits stops it, and
// says so to whoever has shown the password before.
func TestABlockStopsALoginThatWaits(t *testing.T) {
	r, d := withFactor(t, func(o *rigOptions) { o.Secondary = []authn.SecondaryProvider{block.Provider{}} })
	c := r.client(t)
	c.begin("Blocked", blockedPassword).ended("FAIL", "login-userblocked")
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	r.block(t, "Tfa", account.Block{By: "Admin", Reason: "Testing", Created: rigStart, Partial: true})
	c.goOn("OATHToken", "000000").ended("UI", "oathauth-login-failed")
	r.block(t, "Tfa", account.Block{By: "Admin", Reason: "Testing", Created: rigStart})
	c.goOn("OATHToken", d.now()).ended("FAIL", "login-userblocked")
	c.goOn("OATHToken", d.now()).ended("FAIL", "authmanager-authn-not-in-progress")
	if user := c.user(); user != nobody {
		t.Errorf("logged in as %s", user)
	}
	must(t, r.Store.Accounts().SetBlock(t.Context(), r.account(t, "Tfa").ID, nil))
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	c.goOn("OATHToken", d.now()).ended("PASS", "")
}
