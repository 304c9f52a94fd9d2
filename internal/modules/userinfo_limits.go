package modules

import (
	"context"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// rateLimit lets hits pass in so many seconds.
type rateLimit struct {
	category      string
	hits, seconds int64
}

// rateLimited is an action with its limits.
type rateLimited struct {
	action string
	limits []rateLimit
}

// The categories of users that limits are given for. Those of the last two
// kinds lack the right autoconfirmed.
const (
	categoryUser   = "user"
	categoryIP     = "ip"
	categoryNewbie = "newbie"
)

const day = 86400

// rateLimits are those of a fresh wiki (MediaWiki:
// includes/MainConfigSchema.php, RateLimits), without the limits for all users
// of an address together, which no client is told. Clients pace themselves by
// them; attempts to log in are limited elsewhere (package throttle).
var rateLimits = []rateLimited{
	{"edit", []rateLimit{{categoryIP, 8, 60}, {categoryNewbie, 8, 60}, {categoryUser, 90, 60}}},
	{"move", []rateLimit{{categoryNewbie, 2, 120}, {categoryUser, 8, 60}}},
	{"upload", []rateLimit{{categoryIP, 8, 60}, {categoryNewbie, 8, 60}}},
	{"rollback", []rateLimit{{categoryUser, 10, 60}, {categoryNewbie, 5, 120}}},
	{"mailpassword", []rateLimit{{categoryIP, 5, 3600}}},
	{"emailuser", []rateLimit{{categoryIP, 5, day}, {categoryNewbie, 5, day}, {categoryUser, 20, day}}},
	{"changeemail", []rateLimit{{categoryUser, 4, day}}},
	{"confirmemail", []rateLimit{{categoryUser, 4, day}}},
	{"purge", []rateLimit{{categoryIP, 30, 60}, {categoryUser, 30, 60}}},
	{"linkpurge", []rateLimit{{categoryIP, 30, 60}, {categoryUser, 30, 60}}},
	{"renderfile", []rateLimit{{categoryIP, 700, 30}, {categoryUser, 700, 30}}},
	{"renderfile-nonstandard", []rateLimit{{categoryIP, 70, 30}, {categoryUser, 70, 30}}},
	{"stashedit", []rateLimit{{categoryIP, 30, 60}, {categoryNewbie, 30, 60}}},
	{"stashbasehtml", []rateLimit{{categoryIP, 5, 60}, {categoryNewbie, 5, 60}}},
	{"changetag", []rateLimit{{categoryIP, 8, 60}, {categoryNewbie, 8, 60}}},
	{"editcontentmodel", []rateLimit{{categoryNewbie, 2, 120}, {categoryUser, 8, 60}}},
}

// limits are none for users with the right noratelimit.
func (UserInfo) limits(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	free, err := c.HasRight(ctx, "noratelimit")
	if err != nil {
		return err
	}
	o := out.Object("ratelimits")
	if free {
		return nil
	}
	return writeRateLimits(ctx, c, o)
}

// theoreticalLimits are those that would hold without that right.
func (UserInfo) theoreticalLimits(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	return writeRateLimits(ctx, c, out.Object("theoreticalratelimits"))
}

func writeRateLimits(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	categories, err := limitCategories(ctx, c)
	if err != nil {
		return err
	}
	for _, r := range rateLimits {
		var action format.Ref
		for _, category := range categories {
			l, found := r.of(category)
			if !found {
				continue
			}
			if action.IsZero() {
				action = out.Object(r.action)
			}
			o := action.Object(category)
			o.Int("hits", l.hits)
			o.Int("seconds", l.seconds)
		}
	}
	return nil
}

func (r *rateLimited) of(category string) (rateLimit, bool) {
	for _, l := range r.limits {
		if l.category == category {
			return l, true
		}
	}
	return rateLimit{}, false
}

// limitCategories are those of the request's user, in the order of the answer.
// No group has limits of its own.
func limitCategories(ctx context.Context, c *actionapi.Call) ([]string, error) {
	confirmed, err := c.HasRight(ctx, "autoconfirmed")
	switch {
	case err != nil:
		return nil, err
	case !c.Registered():
		return []string{categoryIP}, nil
	case confirmed:
		return []string{categoryUser}, nil
	}
	return []string{categoryUser, categoryIP, categoryNewbie}, nil
}
