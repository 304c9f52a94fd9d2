package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) configShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show every option with its value and where that came from",
		Long: `Shows every option with its value and where that came from: the default, a flag,
a variable, or a line of the file. Secrets are hidden.

With --json the list is an array of objects with the keys name, value and
origin.`,
		Args: operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.load(cmd)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, cfg.Dump())
			}
			rows := [][]string{{"OPTION", "VALUE", "FROM"}}
			for _, s := range cfg.Dump() {
				rows = append(rows, []string{s.Name, orDash(strings.TrimSpace(s.Value)), s.Origin})
			}
			return writeTable(p.stdout, rows)
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
