package account

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/username"
)

// Range asks for at most Limit accounts by their names, in the order of their
// bytes. The zero value of a field asks for nothing.
type Range struct {
	// From is where the list begins and To where it ends, both inclusive. When
	// Descending, From is the greater one.
	From, To   string
	Prefix     string
	Descending bool
	// InGroups lists accounts that are in one of these groups at Now, and
	// NotInGroups those that are in none of these. Only explicit groups count.
	InGroups, NotInGroups []string
	Now                   time.Time
	// Edited lists accounts with edits only.
	Edited bool
	Limit  int // 0 or less gives none
}

// Headcount is how many accounts there are, and how many are in each explicit
// group that has members. It may be shared: do not change it.
type Headcount struct {
	Accounts int64
	InGroup  map[string]int64
}

// Directory reads many accounts at once. What Store says about names, contexts
// and concurrent use holds here as well. The cost of a call grows with what it
// gives, not with the number of accounts; only Count, and groups in
// NotInGroups that most accounts are in, may cost more.
type Directory interface {
	// ByNames gives the accounts that have one of the names, each once and in
	// any order. Some hundred names at a time are reasonable.
	ByNames(ctx context.Context, names []username.Name) ([]Account, error)
	// ByIDs does so for ids.
	ByIDs(ctx context.Context, ids []ID) ([]Account, error)
	// Page gives the first accounts of a range. Accounts that are made or
	// changed meanwhile may be missing.
	Page(ctx context.Context, r Range) ([]Account, error)
	// Count counts all accounts, and the memberships that hold at now.
	Count(ctx context.Context, now time.Time) (Headcount, error)
}
