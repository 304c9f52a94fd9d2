package sqldb

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type credentials struct{ *DB }

func (d credentials) Password(ctx context.Context, n username.Name) (r credential.Row, found bool, err error) {
	var made int64
	list, err := d.list(ctx, passwordByName, []any{n.String()}, &r.Hash, &r.Temporary, &made)
	if err != nil || len(list) == 0 {
		return credential.Row{}, false, err
	}
	r.Account, r.TemporaryMade = list[0], instant.Time(made)
	return r, true, nil
}

func (d credentials) Replace(ctx context.Context, r credential.Replacement, events ...audit.Event) error {
	return d.recorded(ctx, Change{Whole: true, Owners: true, Run: func(ctx context.Context, tx *Statements) error {
		n, err := tx.exec(ctx, passwordReplace, r.Hash, r.Temporary, instant.Micros(r.TemporaryMade), r.Token.Reveal(),
			int64(r.Account), r.Expected.Reveal())
		if err != nil {
			return err
		}
		if n == 0 {
			return tx.notReplaced(ctx, r.Account)
		}
		_, err = tx.exec(ctx, botInvalidate, r.Stamp, int64(r.Account))
		return err
	}}, func() []audit.Event { return events })
}

// notReplaced says why a password was not replaced.
func (s *Statements) notReplaced(ctx context.Context, id account.ID) error {
	switch n, err := s.one(ctx, accountExists, int64(id)); {
	case err != nil:
		return err
	case n == 0:
		return noAccount(id)
	}
	return fail.New(fail.Conflict, "the account %d has another token by now", id)
}

func (d credentials) SetTemporary(ctx context.Context, id account.ID, hash string, made time.Time, events ...audit.Event) error {
	return d.set(ctx, id, events, passwordTemporary, hash, instant.Micros(made), int64(id))
}

func (d credentials) UpgradePassword(ctx context.Context, id account.ID, old, hash string) error {
	_, err := d.affected(ctx, Change{Owners: true}, nil, passwordUpgrade, hash, int64(id), old)
	return err
}
