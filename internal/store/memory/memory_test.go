package memory_test

import (
	"testing"

	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Stores {
		s := memory.New()
		return storetest.Stores{
			Accounts: s.Accounts(), Lifecycle: s.Lifecycle(), Directory: s.Directory(), BotPasswords: s.BotPasswords(), Credentials: s.Credentials(),
			SecondFactors: s.SecondFactors(), FactorKeys: s.FactorKeys(),
			Sessions: s.Sessions(), Throttle: s.Throttle(), Flows: s.Flows(), Handles: s.Handles(), Places: s.Places(), Audit: s.Audit(), Backups: s.Backups(), Generation: s.Generation(),
		}
	})
}
