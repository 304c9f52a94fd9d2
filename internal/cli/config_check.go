package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
)

func (p *program) configCheck() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong with the configuration",
		Long:  "Reads the configuration as the server would, without starting anything, and\nnames every fault in it.",
		Args:  operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.load(cmd)
			if err != nil {
				return err
			}
			if err := app.Check(cfg); err != nil {
				return &failure{code: exitUsage, err: err}
			}
			_, err = fmt.Fprintln(p.stdout, "The configuration is good.")
			return err
		}),
	}
	takesOptions(cmd)
	return cmd
}
