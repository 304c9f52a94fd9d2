package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type directory struct{ *DB }

func (d directory) ByNames(ctx context.Context, names []username.Name) ([]account.Account, error) {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = n.String()
	}
	return d.list(ctx, accountsByNames, []any{jsonList(texts)})
}

func (d directory) ByIDs(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	return d.list(ctx, accountsByIDs, []any{jsonList(ids)})
}

// Page reads every group by itself and merges the lists: an index has the
// members of one group in the order of their names, but not those of several.
func (d directory) Page(ctx context.Context, r account.Range) ([]account.Account, error) {
	low, end := bounds(r)
	now, limit := instant.Micros(r.Now), max(0, r.Limit)
	tail := []any{now, jsonList(r.NotInGroups), limit}
	if len(r.InGroups) == 0 {
		return d.list(ctx, pageOf(r), append([]any{low, end}, tail...))
	}
	var all []account.Account
	for _, group := range r.InGroups {
		members, err := d.list(ctx, directed(r, membersUp), append([]any{group, low, end, now, boolInt(r.Edited)}, tail...))
		if err != nil {
			return nil, err
		}
		all = append(all, members...)
	}
	slices.SortFunc(all, func(a, b account.Account) int {
		c := strings.Compare(a.Name.String(), b.Name.String())
		if r.Descending {
			return -c
		}
		return c
	})
	all = slices.CompactFunc(all, func(a, b account.Account) bool { return a.ID == b.ID })
	return all[:min(len(all), limit)], nil
}

// pageOf is the statement for a range without groups.
func pageOf(r account.Range) statement {
	if r.Edited {
		return directed(r, editedUp)
	}
	return directed(r, pageUp)
}

// directed is the statement up or the one behind it, which reads backwards.
func directed(r account.Range, up statement) statement {
	if r.Descending {
		return up + 1
	}
	return up
}

func (d directory) Count(ctx context.Context, now time.Time) (account.Headcount, error) {
	h := account.Headcount{InGroup: map[string]int64{}}
	err := d.read.each(ctx, headcount, []any{instant.Micros(now)}, func(rows *sql.Rows) error {
		var (
			ofGroup bool
			group   string
			n       int64
		)
		if err := rows.Scan(&ofGroup, &group, &n); err != nil {
			return err
		}
		if ofGroup {
			h.InGroup[group] = n
		} else {
			h.Accounts = n
		}
		return nil
	})
	if err != nil {
		return account.Headcount{}, err
	}
	return h, nil
}

// beyond comes after every name: it is longer than one may be, and has none but
// the last character.
var beyond = strings.Repeat("\U0010ffff", 64)

// bounds are the first name of a range, and the first text that comes after all
// its names. No name has a NUL.
func bounds(r account.Range) (low, end string) {
	low, high := r.From, r.To
	if r.Descending {
		low, high = high, low
	}
	end = beyond
	if high != "" {
		end = high + "\x01"
	}
	low = max(low, r.Prefix)
	if after := successor(r.Prefix); after != "" {
		end = min(end, after)
	}
	return low, end
}

// jsonList writes a list as Dialect.Texts and Dialect.Numbers read it.
func jsonList[T ~string | ~int64](list []T) string {
	if len(list) == 0 {
		return "[]"
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic("sqldb: a list of texts or numbers has no JSON form: " + err.Error())
	}
	return string(text)
}
