package modules

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// block tells why the user may not write.
func (UserInfo) block(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	a, err := userAccount(ctx, c)
	if err == nil {
		writeBlock(out, a.Block, c.Now())
	}
	return err
}

// writeBlock describes a block that holds at now, and adds nothing for another
// or for none (MediaWiki: includes/api/ApiBlockInfoTrait.php).
func writeBlock(out format.Ref, b *account.Block, now time.Time) {
	if !b.Active(now) {
		return
	}
	expiry := "infinite"
	if !b.Expires.IsZero() {
		expiry = isoTime(b.Expires)
	}
	out.Int("blockid", b.ID)
	out.String("blockedby", b.By)
	out.Int("blockedbyid", int64(b.ByID))
	out.String("blockreason", b.Reason)
	out.String("blockedtimestamp", isoTime(b.Created))
	out.String("blockexpiry", expiry)
	out.Bool("blockpartial", b.Partial)
	out.Bool("blocknocreate", b.NoCreate)
	out.Bool("blockanononly", b.AnonOnly)
	out.String("blockedtimestampformatted", readableTime(b.Created))
	if !b.Expires.IsZero() {
		// Of a time to come MediaWiki gives the full date as the relative one.
		out.String("blockexpiryformatted", readableTime(b.Expires))
		out.String("blockexpiryrelative", readableTime(b.Expires))
	}
}

// readableTime is a time for people, in the default form of English
// (MediaWiki: languages/messages/MessagesEn.php, dateFormats).
func readableTime(t time.Time) string { return t.UTC().Format("15:04, 2 January 2006") }
