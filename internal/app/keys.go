package app

import (
	"context"
	"path/filepath"

	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/passhash"
	"github.com/wikigate/wikigate/internal/rotation"
)

// wireKeys builds what changes keys, and what notices that others have.
func (a *App) wireKeys() {
	path := filepath.Join(a.cfg.Data, keyFile)
	a.follower = keyring.Follow(a.ring, path)
	a.Keys = &rotation.Service{
		Path: path, Ring: a.ring, Sessions: a.Sessions, BotPasswords: a.botKeys,
		SecondFactors: a.store.FactorKeys().KeyUse, Trail: a.store.Audit(),
		// Each write of a process that does not serve begins a new generation.
		Announce: a.store.Health, Clock: a.clock,
		Remembered: max(a.cfg.RememberLifetime, a.cfg.SessionLifetime),
	}
}

// botKeys counts the bot passwords by the keys that their secrets need: one
// that was rotated has two secrets for a while.
func (a *App) botKeys(ctx context.Context) (map[keyring.KeyID]int, error) {
	list, err := a.store.BotPasswords().List(ctx, 0)
	use := map[keyring.KeyID]int{}
	for _, b := range list {
		id := passhash.BotKey(b.Hash)
		use[id]++
		if former := passhash.BotKey(b.Former.Hash); former != id && b.Former.Good(a.clock.Now()) {
			use[former]++
		}
	}
	delete(use, 0) // what needs no key
	return use, err
}

// followKeys makes a request see the keys that a command has made or retired
// before it.
func (a *App) followKeys() {
	if err := a.follower.Look(a.store.Generation().Current()); err != nil {
		a.log.Error("the key file was changed, but is not used", "channel", "operation", "error", err)
	}
}
