package cli

import (
	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
)

const accountLockText = `Ends all sessions and remembered logins of an account at once, in a running
server too, those of its bot passwords included, and refuses every login until
"wikigate account unlock". Its passwords and bot passwords stay.`

const accountUnlockText = `Lets a locked account log in again. The sessions and remembered logins that the
lock has ended stay ended.`

func (p *program) accountLock() *cobra.Command {
	return p.accountVerb("lock", "Log an account out everywhere and keep it out", accountLockText, (*account.Service).Lock)
}

func (p *program) accountUnlock() *cobra.Command {
	return p.accountVerb("unlock", "Let a locked account log in again", accountUnlockText, (*account.Service).Unlock)
}
