//go:build unix

package cli

import (
	"golang.org/x/sys/unix"

	"github.com/wikigate/wikigate/internal/fail"
)

// forbidCoreDumps keeps the memory of a server, which holds keys, from being
// written to the disk should it crash.
func forbidCoreDumps() error {
	err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	return fail.Wrap(fail.Internal, err, "the system does not let the server do without core dumps")
}
