package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/config"
)

// entries drops blanks around the entries of a list, and empty entries.
func entries(list []string) []string {
	var kept []string
	for _, entry := range list {
		if entry = strings.TrimSpace(entry); entry != "" {
			kept = append(kept, entry)
		}
	}
	return kept
}

// parseExpiry reads a point in time, a day, which means its beginning in UTC,
// or a duration from now. The zero time means never.
func parseExpiry(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	if d, ok := config.ParseDuration(s); ok && d > 0 {
		return now.Add(d).Truncate(time.Second), nil
	}
	return time.Time{}, refuse("%q is no time of expiry; expected a day such as 2031-12-31, a time such as 2031-12-31T18:00:00Z, or a duration such as 90d", s)
}

// atMostOne allows one optional argument.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%s takes at most one argument, got %d", cmd.CommandPath(), len(args))
	}
	return nil
}

// allOf demands all that checks demand.
func allOf(checks ...cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		for _, check := range checks {
			if err := check(cmd, args); err != nil {
				return err
			}
		}
		return nil
	}
}
