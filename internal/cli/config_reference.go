package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/config"
)

func (p *program) configReference() *cobra.Command {
	return &cobra.Command{
		Use:   "reference",
		Short: "Write the reference page of all options",
		Long:  "Writes the reference page of all options, in Markdown.",
		Args:  operands(),
		RunE: run(func(*cobra.Command, []string) error {
			_, err := io.WriteString(p.stdout, config.Reference())
			return err
		}),
	}
}
