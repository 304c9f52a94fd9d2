package account

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/username"
)

// Lifecycle changes accounts in ways that need more than one row, or a look at
// the one that is there. What Store
// says about contexts, concurrent use, visibility, events and unknown ids holds
// here as well.
type Lifecycle interface {
	// AlterGroups takes an account out of groups and puts it into others, or
	// changes until when it is in them. The groups that stay keep their order;
	// new ones follow. A group that stands twice among those to add is
	// fail.Invalid.
	AlterGroups(ctx context.Context, id ID, remove []string, add []Membership, events ...audit.Event) error
	// Rename gives an account another name and, as Store.SetLocked does, ends
	// its sessions for good. A taken name is a fail.Conflict error; of parallel
	// callers with one name exactly one wins.
	Rename(ctx context.Context, id ID, n username.Name, events ...audit.Event) error
	// Delete removes an account with its groups, block, bot passwords and
	// sessions. Its id is never given again; its name may be.
	Delete(ctx context.Context, id ID, events ...audit.Event) error
	// ConfirmEmail notes that the account's owner reads the mails to an address.
	// confirmed is false, and nothing is changed, when the account has another
	// address by now or this one was confirmed before, or there is no account.
	ConfirmEmail(ctx context.Context, id ID, address string, at time.Time, events ...audit.Event) (confirmed bool, err error)
}
