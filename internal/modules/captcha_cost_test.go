package modules

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/throttle"
)

// calls writes down what the counters are asked.
type calls struct {
	throttle.Store
	made []string
}

func (c *calls) Take(ctx context.Context, b []throttle.Bucket, now time.Time) (int, error) {
	c.made = append(c.made, fmt.Sprint("take ", len(b)))
	return c.Store.Take(ctx, b, now)
}

func (c *calls) Look(ctx context.Context, b []throttle.Bucket, now time.Time) ([]int, error) {
	c.made = append(c.made, fmt.Sprint("look ", len(b)))
	return c.Store.Look(ctx, b, now)
}

func (c *calls) Settle(ctx context.Context, forget, giveBack []string) error {
	c.made = append(c.made, fmt.Sprint("settle ", len(forget)+len(giveBack)))
	return c.Store.Settle(ctx, forget, giveBack)
}

// A login without captchas asks the counters nothing more for them, and one with
// them looks once, at both counters.
func TestWhatACaptchaCostsALogin(t *testing.T) {
	for name, test := range map[string]struct {
		changes      []func(*rigOptions)
		wrong, right string
	}{
		"off": {nil, "take 2", "take 2, settle 2"},
		"on":  {[]func(*rigOptions){withCaptcha(captcha.Arithmetic{})}, "take 2, look 2, take 2", "take 2, look 2, settle 2, settle 1"},
	} {
		r := newRig(t, test.changes...)
		seen := &calls{Store: r.Attempts.Store}
		r.Attempts.Store = seen
		for _, step := range []struct{ password, want string }{{"wrong", test.wrong}, {alicePassword, test.right}} {
			c := r.at(t, riddled)
			token := c.token("login")
			seen.made = nil
			c.post(loginForm("Alice", step.password, token))
			if got := strings.Join(seen.made, ", "); got != step.want {
				t.Errorf("%s, %s: %s, want %s", name, step.password, got, step.want)
			}
		}
	}
}
