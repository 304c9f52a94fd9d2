package sqldb

import (
	"context"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/backup"
)

// Backups is the view for package backup.
func (d *DB) Backups() backup.Store { return backups{d} }

type backups struct{ *DB }

func (d backups) Clean(ctx context.Context, floor int64, events ...audit.Event) (sessions int, err error) {
	var n int64
	err = d.recorded(ctx, Change{Owners: true, Whole: true, Run: func(ctx context.Context, tx *Statements) (err error) {
		if n, err = tx.exec(ctx, sessionDeleteAll); err != nil {
			return err
		}
		if _, err = tx.exec(ctx, sessionDeleteSpent); err != nil {
			return err
		}
		if _, err = tx.exec(ctx, flowDeleteAll); err != nil {
			return err
		}
		if _, err = tx.exec(ctx, temporaryDeleteAll); err != nil {
			return err
		}
		_, err = tx.exec(ctx, factorFloor, floor, floor)
		return err
	}}, func() []audit.Event { return audit.Counted(n, events) })
	if err != nil {
		return 0, err
	}
	return int(n), nil
}
