package memory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/username"
)

type directory struct{ *Store }

func (s directory) ByNames(ctx context.Context, names []username.Name) ([]account.Account, error) {
	return s.pick(ctx, func(p *person) bool { return slices.Contains(names, p.Name) })
}

func (s directory) ByIDs(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	return s.pick(ctx, func(p *person) bool { return slices.Contains(ids, p.ID) })
}

func (s directory) Page(ctx context.Context, r account.Range) ([]account.Account, error) {
	low, high := r.From, r.To
	if r.Descending {
		low, high = high, low
	}
	list, err := s.pick(ctx, func(p *person) bool {
		name := p.Name.String()
		return name >= low && (high == "" || name <= high) && strings.HasPrefix(name, r.Prefix) &&
			(len(r.InGroups) == 0 || p.inOneOf(r.InGroups, r.Now)) && !p.inOneOf(r.NotInGroups, r.Now) &&
			(!r.Edited || p.EditCount > 0)
	})
	slices.SortFunc(list, func(a, b account.Account) int { return strings.Compare(a.Name.String(), b.Name.String()) })
	if r.Descending {
		slices.Reverse(list)
	}
	return list[:min(len(list), max(0, r.Limit))], err
}

func (s directory) Count(ctx context.Context, now time.Time) (account.Headcount, error) {
	h := account.Headcount{InGroup: map[string]int64{}}
	list, err := s.pick(ctx, func(*person) bool { return true })
	if err != nil {
		return account.Headcount{}, err
	}
	h.Accounts = int64(len(list))
	for i := range list {
		for _, group := range list[i].ExplicitGroups(now) {
			h.InGroup[group]++
		}
	}
	return h, nil
}

// pick gives the accounts that are wanted, in any order.
func (s directory) pick(ctx context.Context, wanted func(*person) bool) ([]account.Account, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []account.Account
	for _, p := range s.accounts {
		if wanted(p) {
			list = append(list, p.copied())
		}
	}
	return list, nil
}

// inOneOf reports whether the person is in one of the groups at now.
func (p *person) inOneOf(groups []string, now time.Time) bool {
	return slices.ContainsFunc(p.ExplicitGroups(now), func(g string) bool { return slices.Contains(groups, g) })
}
