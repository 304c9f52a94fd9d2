package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Preparer is a *sql.DB, *sql.Conn or *sql.Tx.
type Preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// Statements are prepared statements. Every error that they give has a kind.
type Statements struct {
	dialect Dialect
	stmts   [endOfStatements]*sql.Stmt
	chain   chain
	took    func(time.Duration)
}

// Observe tells f how long each statement takes that gives rows. Call it
// before the statements are used.
func (s *Statements) Observe(f func(took time.Duration)) { s.took = f }

// PrepareReads prepares the statements that New needs.
func PrepareReads(ctx context.Context, p Preparer, d Dialect) (*Statements, error) {
	return prepare(ctx, p, d, 0, endOfReads)
}

// PrepareWrites prepares the statements that a Change needs.
func PrepareWrites(ctx context.Context, p Preparer, d Dialect) (*Statements, error) {
	return prepare(ctx, p, d, endOfReads, endOfStatements)
}

func prepare(ctx context.Context, p Preparer, d Dialect, from, to statement) (*Statements, error) {
	s := &Statements{dialect: d}
	for i := from; i < to; i++ {
		stmt, err := p.PrepareContext(ctx, d.text(i))
		if err != nil {
			return nil, errors.Join(d.Failed(err), s.Close())
		}
		s.stmts[i] = stmt
	}
	return s, nil
}

// Close frees the statements.
func (s *Statements) Close() error {
	var errs []error
	for _, stmt := range s.stmts {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(errs...)
}

// exec runs a statement without results and gives the number of rows affected.
func (s *Statements) exec(ctx context.Context, i statement, args ...any) (int64, error) {
	r, err := s.stmts[i].ExecContext(ctx, args...)
	if err != nil {
		return 0, s.dialect.Failed(err)
	}
	n, err := r.RowsAffected()
	return n, s.dialect.Failed(err)
}

// one reads one number.
func (s *Statements) one(ctx context.Context, i statement, args ...any) (n int64, err error) {
	err = s.stmts[i].QueryRowContext(ctx, args...).Scan(&n)
	return n, s.dialect.Failed(err)
}

// each calls scan for every row.
func (s *Statements) each(ctx context.Context, i statement, args []any, scan func(rows *sql.Rows) error) error {
	if ctx.Err() != nil {
		return Ended(ctx)
	}
	if s.took != nil {
		start := time.Now()
		defer func() { s.took(time.Since(start)) }()
	}
	if s.dialect.LocalReads {
		ctx = context.Background() // to watch one costs two goroutines per read
	}
	rows, err := s.stmts[i].QueryContext(ctx, args...)
	if err != nil {
		return s.dialect.Failed(err)
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			return errors.Join(s.dialect.Failed(err), rows.Close())
		}
	}
	if err := rows.Err(); err != nil {
		return errors.Join(s.dialect.Failed(err), rows.Close())
	}
	return s.dialect.Failed(rows.Close())
}
