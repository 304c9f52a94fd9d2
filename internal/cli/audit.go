package cli

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/config"
)

func (p *program) audit() *cobra.Command {
	return group("audit", "Show and check what was recorded", p.auditList(), p.auditTail(), p.auditVerify())
}

const auditKeys = `With --json an event is an object with the keys seq, time, kind, result, reason,
method, name, account, app, address, request, client, actor, count, details and
hash. Times are in UTC, as in RFC 3339.`

// eventJSON is an event for programs. Keys are never renamed or removed.
type eventJSON struct {
	Seq     int64             `json:"seq"`
	Time    string            `json:"time"`
	Kind    string            `json:"kind"`
	Result  string            `json:"result"`
	Reason  string            `json:"reason"`
	Method  string            `json:"method"`
	Name    string            `json:"name"`
	Account int64             `json:"account"`
	App     string            `json:"app"`
	Address string            `json:"address"`
	Request string            `json:"request"`
	Client  string            `json:"client"`
	Actor   string            `json:"actor"`
	Count   int64             `json:"count"`
	Details map[string]string `json:"details"`
	Hash    string            `json:"hash"`
}

func eventValue(r audit.Row) eventJSON {
	details := map[string]string{}
	for _, d := range r.Details {
		details[d.Key] = d.Value
	}
	return eventJSON{
		Seq: r.Seq, Time: r.Time.UTC().Format(time.RFC3339Nano), Kind: string(r.Kind), Result: string(r.Result),
		Reason: string(r.Reason), Method: string(r.Method), Name: r.Name, Account: r.Account, App: r.App,
		Address: r.AddressText(), Request: r.Request, Client: r.Client, Actor: r.Actor, Count: max(1, r.Count),
		Details: details, Hash: r.Hash.String(),
	}
}

func eventValues(rows []audit.Row) []eventJSON {
	values := make([]eventJSON, 0, len(rows))
	for _, r := range rows {
		values = append(values, eventValue(r))
	}
	return values
}

var eventHeading = []string{"TIME", "EVENT", "RESULT", "NAME", "APP", "ADDRESS", "REQUEST", "MORE"}

func eventCells(r audit.Row) []string {
	result := string(r.Result)
	if r.Reason != "" {
		result = string(r.Reason)
	}
	return []string{
		timeText(r.Time, "-"), string(r.Kind), result, orDash(r.Name), orDash(r.App), orDash(r.AddressText()),
		orDash(r.Request), orDash(eventMore(r)),
	}
}

// eventMore is what has no column of its own.
func eventMore(r audit.Row) string {
	var more []string
	if r.Count > 1 {
		more = append(more, strconv.FormatInt(r.Count, 10)+counted(r.Kind))
	}
	if r.Actor != "" {
		more = append(more, "by "+r.Actor)
	}
	for _, d := range r.Details {
		more = append(more, d.Key+"="+d.Value)
	}
	return strings.Join(more, "; ")
}

// counted is what the number of an event counts: what is kept of a flood, or
// what the event happened to.
func counted(k audit.Kind) string {
	switch k {
	case audit.SessionEnd, audit.Restore:
		return " sessions"
	case audit.Prune:
		return " events"
	}
	return " times"
}

const auditListText = `Lists recorded events, newest first: the ends of logins and sessions, changes of
accounts, passwords and bot passwords, with who asked and, where it was refused,
which check said no. --since and --until take a day, a time, or a duration before
now such as 2h or 30d. --address takes an address or a range of them.

` + auditKeys

// auditSearch are the flags of a search.
type auditSearch struct {
	account, kind, since, until, address string
	refused                              bool
	limit                                int
}

func (p *program) auditList() *cobra.Command {
	var s auditSearch
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List recorded events, newest first",
		Long:    auditListText,
		Example: "  wikigate audit list --account ExampleBot --refused --since 2d",
		Args:    operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				search, err := p.search(ctx, a, s)
				if err != nil {
					return err
				}
				rows, err := a.Audit.Search(ctx, search)
				if err != nil {
					return err
				}
				return p.printEvents(rows, asJSON)
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&s.account, "account", "", "only events of this account")
	flags.StringVar(&s.kind, "kind", "", "only events of this kind: "+kindNames())
	flags.StringVar(&s.since, "since", "", "only events at this time or later")
	flags.StringVar(&s.until, "until", "", "only events before this time")
	flags.StringVar(&s.address, "address", "", "only events from this address or range")
	flags.BoolVar(&s.refused, "refused", false, "only what was refused")
	flags.IntVar(&s.limit, "limit", 100, "at most this many events")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

func kindNames() string {
	var names []string
	for _, k := range audit.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// search reads the flags.
func (p *program) search(ctx context.Context, a *app.App, s auditSearch) (found audit.Search, err error) {
	found.Limit, found.Refused = s.limit, s.refused
	if s.limit < 1 {
		return found, refuse("--limit must be 1 or more")
	}
	if found.Kind = audit.Kind(s.kind); s.kind != "" && !slices.Contains(audit.Kinds(), found.Kind) {
		return found, refuse("there is no kind %q; the kinds are %s", s.kind, kindNames())
	}
	if found.Since, err = parsePast(s.since, p.clock.Now()); err != nil {
		return found, err
	}
	if found.Until, err = parsePast(s.until, p.clock.Now()); err != nil {
		return found, err
	}
	if found.Network, err = parseNetwork(s.address); err != nil || s.account == "" {
		return found, err
	}
	found.Name, found.Account, err = nameAndID(ctx, a, s.account)
	return found, err
}

// nameAndID is the canonical name, whether there still is such an account or
// not, and the id if there is.
func nameAndID(ctx context.Context, a *app.App, given string) (name string, id int64, err error) {
	parsed, ok := a.Accounts.Names.Parse(given)
	if !ok {
		return given, 0, nil // of attempts that could never succeed
	}
	acct, _, err := a.Accounts.Store.ByName(ctx, parsed)
	return parsed.String(), int64(acct.ID), err
}

// parsePast reads a time, a day, which means its beginning in UTC, or a
// duration before now. The zero time means no bound.
func parsePast(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	if d, ok := config.ParseDuration(s); ok {
		return now.Add(-d), nil
	}
	return time.Time{}, refuse("%q is no time; expected a day such as 2026-12-31, a time such as 2026-12-31T18:00:00Z, or a duration such as 2h or 30d", s)
}

// parseNetwork reads an address or a range; the zero value means all.
func parseNetwork(s string) (netip.Prefix, error) {
	if s == "" {
		return netip.Prefix{}, nil
	}
	if prefix, err := netip.ParsePrefix(s); err == nil {
		return prefix.Masked(), nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, refuse("%q is no address and no range such as 192.0.2.0/24", s)
	}
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func (p *program) printEvents(rows []audit.Row, asJSON bool) error {
	if asJSON {
		return writeJSON(p.stdout, eventValues(rows))
	}
	table := [][]string{eventHeading}
	for _, r := range rows {
		table = append(table, eventCells(r))
	}
	return writeTable(p.stdout, table)
}
