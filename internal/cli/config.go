package cli

import "github.com/spf13/cobra"

func (p *program) configuration() *cobra.Command {
	return group("config", "Show and check the configuration", p.configShow(), p.configCheck(), p.configReference())
}
