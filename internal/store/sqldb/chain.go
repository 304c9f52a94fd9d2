package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/instant"
)

// chain is what a transaction knows of the end of the audit trail, so that
// many changes in it read and write that end once.
type chain struct {
	sealer audit.Sealer
	head   audit.Head
	known  bool
	moved  bool
}

// SealBy sets who seals the end of the audit trail. It is called once, before
// any change.
func (s *Statements) SealBy(by audit.Sealer) { s.chain.sealer = by }

// Begun says that a transaction has begun. The engine calls it.
func (s *Statements) Begun() { s.chain.known, s.chain.moved = false, false }

// Ending writes what the changes of a transaction share. The engine calls it
// before it commits, and does not commit when it fails.
func (s *Statements) Ending(ctx context.Context) error {
	if !s.chain.moved {
		return nil
	}
	h := s.chain.head.Sealed(s.chain.sealer)
	if h.Code == nil {
		h.Code = []byte{} // nil would be NULL
	}
	n, err := s.exec(ctx, auditSeal, h.Anchor, h.AnchorHash[:], h.Last, h.LastHash[:], int64(h.Key), h.Code)
	if err == nil && n != 1 {
		return fail.New(fail.Damaged, "the end of the audit trail is missing in the database; restore a backup")
	}
	return err
}

// recorded runs c and, in the same transaction, keeps the events that it gives
// afterwards.
func (d *DB) recorded(ctx context.Context, c Change, events func() []audit.Event) error {
	var rows []audit.Row
	run := c.Run
	c.Run = func(ctx context.Context, tx *Statements) (err error) {
		if err = run(ctx, tx); err == nil {
			rows, err = tx.record(ctx, events())
		}
		return err
	}
	if err := d.engine.Write(ctx, c); err != nil {
		return err
	}
	if len(rows) > 0 {
		d.sink(rows)
	}
	return nil
}

// record adds events to the trail. It comes last in a change, and refuses
// nothing: its errors end the transaction, and so leave no half of a change.
func (s *Statements) record(ctx context.Context, events []audit.Event) ([]audit.Row, error) {
	if len(events) == 0 {
		return nil, nil
	}
	if err := s.findEnd(ctx); err != nil {
		return nil, err
	}
	rows := make([]audit.Row, len(events))
	for i, e := range events {
		rows[i] = s.chain.head.Next(e)
		s.chain.moved = true
		args, err := auditArgs(&rows[i])
		if err != nil {
			return nil, err
		}
		if _, err := s.exec(ctx, auditInsert, args...); err != nil {
			return nil, unrecorded(err)
		}
	}
	return rows, nil
}

// findEnd reads the end of the trail, once in a transaction.
func (s *Statements) findEnd(ctx context.Context) (err error) {
	if !s.chain.known {
		s.chain.head, err = s.head(ctx, auditChain)
		s.chain.known = err == nil
	}
	return unrecorded(err)
}

// unrecorded makes what would count as a refusal a failure.
func unrecorded(err error) error {
	switch fail.KindOf(err) {
	case fail.NotFound, fail.Conflict, fail.Invalid:
		return fail.Wrap(fail.Damaged, err, `the audit trail takes no more events; see what "wikigate audit verify" says of it`)
	}
	return err
}

func (s *Statements) head(ctx context.Context, which statement) (h audit.Head, err error) {
	var anchor, newest, code sql.RawBytes
	found := false
	err = s.each(ctx, which, nil, func(rows *sql.Rows) error {
		found = true
		if err := rows.Scan(&h.Anchor, &anchor, &h.Last, &newest, &h.Key, &code); err != nil {
			return err
		}
		copy(h.AnchorHash[:], anchor)
		copy(h.LastHash[:], newest)
		h.Code = append([]byte(nil), code...)
		return nil
	})
	if err == nil && !found {
		err = fail.New(fail.Damaged, "the end of the audit trail is missing in the database; restore a backup")
	}
	return h, err
}

// auditArgs are the columns of r in the order of auditInsert.
func auditArgs(r *audit.Row) ([]any, error) {
	details, err := encodeDetails(r.Details)
	if err != nil {
		return nil, err
	}
	return []any{
		r.Seq, instant.Micros(r.Time), string(r.Kind), string(r.Result), string(r.Reason), string(r.Method), r.Account,
		r.Name, r.App, r.Request, r.AddressText(), r.Client, r.Actor, r.Count, details, r.Hash[:],
	}, nil
}

// encodeDetails writes keys and values in turn.
func encodeDetails(details []audit.Detail) (string, error) {
	if len(details) == 0 {
		return "[]", nil
	}
	list := make([]string, 0, 2*len(details))
	for _, d := range details {
		list = append(list, d.Key, d.Value)
	}
	text, err := json.Marshal(list)
	return string(text), fail.Wrap(fail.Internal, err, "encode the details of an event")
}

// decodeDetails reads what encodeDetails wrote. Anything else gives nothing,
// which the chain then tells.
func decodeDetails(text string) []audit.Detail {
	if text == "[]" {
		return nil
	}
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil
	}
	var details []audit.Detail
	for ; len(list) >= 2; list = list[2:] {
		details = append(details, audit.Detail{Key: list[0], Value: list[1]})
	}
	return details
}
