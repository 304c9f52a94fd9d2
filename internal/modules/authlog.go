package modules

import (
	"cmp"
	"context"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
)

// loginRecord keeps how attempts to log in end.
type loginRecord struct {
	Trail *audit.Trail
	// Ended is told of each end that is recorded, in values from closed lists; an
	// end without a code has the code "". nil: nobody is told.
	Ended func(kind, result, code string)
}

// success tells of a login that is on record already, together with its
// session.
func (l loginRecord) success(m audit.Method, result string) {
	if l.Ended != nil {
		l.Ended(m.LoginType(), result, "")
	}
}

// refused keeps what an attempt was refused for, before the client learns of
// it. A refusal without a reason is not kept.
func (l loginRecord) refused(ctx context.Context, c *actionapi.Call, why authn.Refusal, result, code, given string) {
	if why.Reason == "" {
		return
	}
	if l.Ended != nil {
		l.Ended(why.Method.LoginType(), result, code)
	}
	event := audit.Now(ctx, c.Now(), audit.Login).Of(int64(why.Account), cmp.Or(why.Name, given)).With("code", code)
	event.Result, event.Reason, event.Method, event.App = audit.Refused, why.Reason, why.Method, why.App
	if why.Wait > 0 {
		event = event.With("wait", why.Wait.String())
	}
	if why.Reason == audit.TokenMissing {
		l.Trail.Mention(event) // nobody has tried anything yet
		return
	}
	l.Trail.Refused(ctx, event)
}
