package audit

import (
	"context"
	"net/netip"
)

// Search is a Filter for people.
type Search struct {
	Filter
	Network netip.Prefix // only rows with an address of it; the zero value: all
	Refused bool         // only refused attempts
}

// searchPage is the number of rows that Search reads at a time when it has to
// look at them itself.
const searchPage = 1000

// Search gives the rows of s, newest first.
func (t *Trail) Search(ctx context.Context, s Search) ([]Row, error) {
	if !s.Network.IsValid() && !s.Refused {
		return t.Store.List(ctx, s.Filter)
	}
	var found []Row
	page := s.Filter
	page.Limit = searchPage
	for len(found) < s.Limit {
		rows, err := t.Store.List(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			fits := (!s.Network.IsValid() || s.Network.Contains(r.Address)) && (!s.Refused || r.Result == Refused)
			if fits && len(found) < s.Limit {
				found = append(found, r)
			}
			page.Before = r.Seq
		}
		if len(rows) < searchPage {
			break
		}
	}
	return found, nil
}

// OfRequest gives the rows of a request, newest first. Refusals are found at
// once; only when there is none, all rows are looked at.
func (t *Trail) OfRequest(ctx context.Context, request string) ([]Row, error) {
	const most = 100
	rows, err := t.Store.Refusals(ctx, request, most)
	if err != nil || len(rows) > 0 {
		return rows, err
	}
	return t.Store.List(ctx, Filter{Request: request, Limit: most})
}

// Newest gives the last n rows, oldest first.
func (t *Trail) Newest(ctx context.Context, n int) ([]Row, error) {
	head, err := t.Store.Head(ctx)
	if err != nil {
		return nil, err
	}
	return t.Store.Page(ctx, max(0, head.Last-int64(n)), n)
}
