//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package keyring

import "os"

// lockFile has no effect here: it is up to the operator to change keys by one
// command at a time.
func lockFile(*os.File) error { return nil }
