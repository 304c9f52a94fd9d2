// Command wikigate is an authentication server that speaks the login protocol
// of the MediaWiki Action API.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/wikigate/wikigate/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
