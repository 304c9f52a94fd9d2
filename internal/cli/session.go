package cli

import "github.com/spf13/cobra"

func (p *program) sessions() *cobra.Command {
	return group("session", "List and end sessions", p.sessionList(), p.sessionEnd())
}
