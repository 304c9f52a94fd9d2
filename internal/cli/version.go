package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
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
	v := versionJSON{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Revision = s.Value
		}
	}
	return v
}
