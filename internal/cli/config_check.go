package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (p *program) configCheck() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong with the configuration",
		Long:  "Reads the configuration as the server would, without starting anything, and\nnames every fault in it.",
		Args:  operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			if _, err := p.load(cmd); err != nil {
				return err
			}
			_, err := fmt.Fprintln(p.stdout, "The configuration is good.")
			return err
		}),
	}
	takesOptions(cmd)
	return cmd
}
