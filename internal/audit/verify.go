package audit

import (
	"context"
	"fmt"
)

// Finding is what Verify has found.
type Finding struct {
	Head Head // as far as it was followed
	Rows int64
	// Broken is empty when the chain is whole; otherwise it is a sentence, and
	// Seq the first row that does not fit (0: the head itself).
	Broken string
	Seq    int64
}

// verifyPage is the number of rows that Verify reads at a time.
const verifyPage = 1000

// Verify follows the chain from its anchor to its head and says where it is
// broken. Events may be added and old ones removed meanwhile. s may be nil:
// then nobody asks who has made the chain.
func Verify(ctx context.Context, store Store, s Sealer) (Finding, error) {
	for {
		f, moved, err := follow(ctx, store, s)
		if err != nil || !moved {
			return f, err
		}
	}
}

// follow is Verify, unless rows are removed meanwhile.
func follow(ctx context.Context, store Store, s Sealer) (f Finding, moved bool, err error) {
	head, err := store.Head(ctx)
	if err != nil {
		return f, false, err
	}
	anchor, last, hash := head.Anchor, head.Anchor, head.AnchorHash
	for {
		rows, err := store.Page(ctx, last, verifyPage)
		if err != nil {
			return f, false, err
		}
		if head, err = store.Head(ctx); err != nil {
			return f, false, err
		}
		if head.Anchor != anchor {
			return f, true, nil
		}
		if f.Broken = head.unsealed(s); f.Broken != "" {
			return f, false, nil
		}
		for i := range rows {
			r := &rows[i]
			if f.Broken = r.misfit(last+1, hash); f.Broken != "" {
				f.Seq = last + 1
				return f, false, nil
			}
			last, hash = r.Seq, r.Hash
			f.Rows++
		}
		if f.Head = head; len(rows) == 0 && head.Last <= last {
			f.Broken, f.Seq = head.ends(last, hash)
			return f, false, nil
		}
		if len(rows) == 0 {
			if rows, err = store.Page(ctx, last, 1); err != nil || len(rows) > 0 {
				continue // they came between the two looks, or the next look fails too
			}
			f.Broken, f.Seq = fmt.Sprintf("the events %d to %d are missing at the end", last+1, head.Last), last+1
			return f, false, nil
		}
	}
}

// misfit says why r is not the row seq behind the one with the hash before.
func (r *Row) misfit(seq int64, before Hash) string {
	switch {
	case r.Seq != seq:
		return fmt.Sprintf("event %d is missing; the next one there is is %d", seq, r.Seq)
	case r.link(before) != r.Hash:
		return fmt.Sprintf("event %d is not what was recorded: it, or the one before it, was changed, added or removed by hand", seq)
	}
	return ""
}

// ends says why the chain does not end where the head says.
func (h *Head) ends(last int64, hash Hash) (broken string, seq int64) {
	switch {
	case h.Last < last:
		return fmt.Sprintf("event %d was added by hand: the record ends with %d", h.Last+1, h.Last), h.Last + 1
	case h.LastHash != hash:
		return fmt.Sprintf("event %d is not the one that the record ends with", last), last
	}
	return "", 0
}

// unsealed says why the head is not one that the server has made.
func (h *Head) unsealed(s Sealer) string {
	if s == nil || h.Last == 0 && h.Key == 0 {
		return ""
	}
	ok, known := s.Check(h.Key, h.Code, h.sealed())
	switch {
	case ok:
		return ""
	case !known && h.Key != 0:
		return fmt.Sprintf("the end of the record is sealed with key %d, which is not in the key file", h.Key)
	}
	return "the end of the record was not written by this server: its seal is wrong"
}
