//go:build !unix

package cli

// forbidCoreDumps has nothing to forbid: the system writes none by default.
func forbidCoreDumps() error { return nil }
