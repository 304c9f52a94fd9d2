package sqldb

import (
	"bytes"
	"context"
	"database/sql"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// Handles is the view for package webauthn.
func (d *DB) Handles() webauthn.Handles { return handles{d} }

type handles struct{ *DB }

func (d handles) Handle(ctx context.Context, id account.ID) (handle []byte, found bool, err error) {
	return readHandle(ctx, d.read, handleOf, id)
}

func readHandle(ctx context.Context, on *Statements, s statement, id account.ID) (handle []byte, found bool, err error) {
	err = on.each(ctx, s, []any{int64(id)}, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&handle)
	})
	if err != nil || !found {
		return nil, false, err
	}
	return handle, true, nil
}

func (d handles) Keep(ctx context.Context, id account.ID, handle []byte) (kept []byte, err error) {
	err = d.engine.Write(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) error {
		if _, err := tx.exec(ctx, handleInsert, handle, int64(id)); err != nil {
			if fail.Is(err, fail.Conflict) {
				return fail.New(fail.Conflict, "another account has that user handle")
			}
			return err
		}
		var found bool
		if kept, found, err = readHandle(ctx, tx, handleKept, id); err == nil && !found {
			return noAccount(id)
		}
		return err
	}})
	if err != nil {
		return nil, err
	}
	return bytes.Clone(kept), nil
}

func (d handles) Owner(ctx context.Context, handle []byte) (id account.ID, found bool, err error) {
	err = d.read.each(ctx, handleOwner, []any{handle}, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&id)
	})
	if err != nil || !found {
		return 0, false, err
	}
	return id, true, nil
}
