package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/wikigate/wikigate/internal/store/sqlite"
	"github.com/wikigate/wikigate/internal/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opener(sqlite.Options{Serving: true}))
}

// A process that does not serve keeps the same promises, and one connection
// that reads is enough for everything: nothing waits for a second one while it
// holds the first.
func TestStoreOfATool(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opener(sqlite.Options{Readers: 1}))
}

func opener(o sqlite.Options) func(t *testing.T) storetest.Stores {
	return func(t *testing.T) storetest.Stores {
		path := filepath.Join(t.TempDir(), "data", "wikigate.db")
		var (
			s    *sqlite.Store
			open func(t *testing.T) storetest.Stores
		)
		open = func(t *testing.T) storetest.Stores {
			t.Helper()
			if s != nil {
				closeStore(t, s)
			}
			var err error
			if s, err = sqlite.Open(path, o); err != nil {
				t.Fatal(err)
			}
			return storetest.Stores{
				Accounts: s.Accounts(), Lifecycle: s.Lifecycle(), Directory: s.Directory(), BotPasswords: s.BotPasswords(), Credentials: s.Credentials(),
				SecondFactors: s.SecondFactors(), FactorKeys: s.FactorKeys(),
				Sessions: s.Sessions(), Throttle: s.Throttle(), Flows: s.Flows(), Handles: s.Handles(), Places: s.Places(), Audit: s.Audit(), Backups: s.Backups(), Generation: s.Generation(), Reopen: open,
			}
		}
		stores := open(t)
		t.Cleanup(func() { closeStore(t, s) })
		return stores
	}
}

func closeStore(t *testing.T, s *sqlite.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
