package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
)

// versionJSON is the version for programs. Keys are never renamed or removed.
type versionJSON struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func (p *program) version() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show which version this is",
		Long: `Shows which version this is.

With --json it writes an object with the keys version, revision (the commit it
was built from, or empty), go and platform.`,
		Args: operands(),
		RunE: run(func(*cobra.Command, []string) error {
			v := readVersion()
			if asJSON {
				return writeJSON(p.stdout, v)
			}
			_, err := fmt.Fprintf(p.stdout, "wikigate %s (%s, %s)\n", v.Version, v.Go, v.Platform)
			return err
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	return cmd
}

// readVersion reads what the compiler has noted in the program.
func readVersion() versionJSON {
	b := app.ReadBuild()
	return versionJSON{Version: b.Version, Revision: b.Revision, Go: b.Go, Platform: runtime.GOOS + "/" + runtime.GOARCH}
}
