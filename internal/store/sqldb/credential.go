package sqldb

import (
	"context"
	"database/sql"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/username"
)

type credentials struct{ *DB }

func (d credentials) Password(ctx context.Context, n username.Name) (r credential.Row, found bool, err error) {
	err = d.read.each(ctx, passwordByName, []any{n.String()}, func(rows *sql.Rows) error {
		r.Name, found = n, true
		return rows.Scan(&r.Account, &r.Hash, &r.Locked)
	})
	if err != nil || !found {
		return credential.Row{}, false, err
	}
	return r, true, nil
}

func (d credentials) SetPassword(ctx context.Context, id account.ID, hash string, events ...audit.Event) error {
	return d.set(ctx, id, events, passwordSet, hash, int64(id))
}

func (d credentials) UpgradePassword(ctx context.Context, id account.ID, old, hash string) error {
	_, err := d.affected(ctx, Change{Owners: true}, nil, passwordUpgrade, hash, int64(id), old)
	return err
}
