package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/backup"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/store/sqlite"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// Backup writes a backup to w, while others serve and change the data. The
// folder scratch has room for a copy of the database. The backup is checked
// before its first byte is written.
func (a *App) Backup(ctx context.Context, scratch string, w io.Writer) (m backup.Manifest, err error) {
	// Keys may neither come nor go between the copies of database and key file.
	release, err := keyring.Lock(a.Keys.Path)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, release()) }()
	a.removeLeftovers()
	now := a.clock.Now()
	if err := a.store.Audit().Append(ctx, audit.Now(ctx, now, audit.Backup)); err != nil {
		return m, err
	}
	parts, err := os.MkdirTemp(scratch, ".wikigate-backup-*") // mode 0700
	if err != nil {
		return m, fail.Wrap(fail.Unavailable, err, "there is no place for a copy of the database")
	}
	defer os.RemoveAll(parts)
	if err := a.store.Snapshot(ctx, filepath.Join(parts, backup.Database)); err != nil {
		return m, err
	}
	ring, err := keyring.Read(a.Keys.Path)
	if err != nil {
		return m, err
	}
	if err := ring.Write(filepath.Join(parts, backup.Keys)); err != nil {
		return m, err
	}
	found, err := sqlite.Inspect(ctx, filepath.Join(parts, backup.Database))
	if err != nil {
		return m, err
	}
	return backup.Write(w, backup.Manifest{
		Made: now, Program: ReadBuild().Version,
		Schema: found.Schema, Accounts: found.Accounts, BotPasswords: found.BotPasswords,
	}, parts)
}

// removeLeftovers removes copies in the data folder that a killed backup has
// left. None is being made, since the caller holds the lock of the keys.
func (a *App) removeLeftovers() {
	left, err := filepath.Glob(filepath.Join(a.cfg.Data, ".wikigate-backup-*"))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	if err != nil {
		a.log.Warn("a copy that a killed backup has left cannot be removed", "error", err)
	}
}

// VerifyBackup reads a whole backup and checks all that Restore would. The
// folder scratch has room for a copy of the database; empty, it is that of the
// system for temporary files.
func VerifyBackup(ctx context.Context, scratch string, r io.Reader) (m backup.Manifest, keys []keyring.Info, err error) {
	parts, err := os.MkdirTemp(scratch, ".wikigate-verify-*") // mode 0700
	if err != nil {
		return m, nil, fail.Wrap(fail.Unavailable, err, "there is no place for a copy of the database")
	}
	defer os.RemoveAll(parts)
	m, ring, err := unpack(ctx, r, parts)
	if err != nil {
		return m, nil, err
	}
	return m, ring.Keys(), nil
}

// unpack takes a backup apart and checks the parts.
func unpack(ctx context.Context, r io.Reader, to string) (m backup.Manifest, ring *keyring.Ring, err error) {
	if m, err = backup.Read(r, to); err != nil {
		return m, nil, err
	}
	if ring, err = keyring.Read(filepath.Join(to, backup.Keys)); err != nil {
		return m, nil, err
	}
	found, err := sqlite.Inspect(ctx, filepath.Join(to, backup.Database))
	if err != nil {
		return m, nil, err
	}
	if (found != sqlite.Content{Schema: m.Schema, Accounts: m.Accounts, BotPasswords: m.BotPasswords}) {
		return m, nil, fail.New(fail.Damaged, "the backup is damaged: its database is not the one that its manifest describes; use another one")
	}
	return m, ring, nil
}

// Restored is what Restore has done.
type Restored struct {
	backup.Manifest
	Sessions int // that were in the backup and have ended
}

// Restore makes the data folder of cfg, which must be missing or empty, out of
// a backup. Nothing is there before all of the backup is checked, and a server
// that is started on what a crash leaves refuses to serve. Nobody is logged in
// afterwards: sessions and temporary passwords are gone, and a new key makes
// all cookies and tokens of before worthless.
func Restore(ctx context.Context, cfg config.Config, r io.Reader) (done Restored, err error) {
	made, err := emptyFolder(cfg.Data)
	if err != nil {
		return done, err
	}
	parts, err := os.MkdirTemp(cfg.Data, ".restore-*") // mode 0700
	if err != nil {
		return done, fail.Wrap(fail.Unavailable, err, "the data folder cannot be written")
	}
	defer func() {
		_ = os.RemoveAll(parts)
		if err != nil && made {
			_ = os.Remove(cfg.Data) // unless there is something in it
		}
	}()
	m, ring, err := unpack(ctx, r, parts)
	if err != nil {
		return done, err
	}
	done.Manifest = m
	now := time.Now()
	if ring, err = ring.Restored(now); err != nil {
		return done, err
	}
	if err = ring.Write(filepath.Join(parts, backup.Keys)); err != nil {
		return done, err
	}
	event := audit.Now(ctx, now, audit.Restore).With("made", m.Made.Format(time.RFC3339)).With("key", strconv.Itoa(int(ring.Current())))
	if done.Sessions, err = clean(ctx, filepath.Join(parts, backup.Database), ring, event); err != nil {
		return done, err
	}
	return done, moveIn(parts, cfg.Data)
}

// clean brings a database up to date and removes what must not come back.
func clean(ctx context.Context, path string, ring *keyring.Ring, event audit.Event) (sessions int, err error) {
	store, err := sqlite.Open(path, sqlite.Options{Sealer: sealer{ring}})
	if err != nil {
		return 0, err
	}
	// Clocks of devices may be ahead by as much as codes are accepted.
	sessions, err = store.Backups().Clean(ctx, twofactor.Counter(event.Time)+twofactor.DefaultRadius, event)
	return sessions, errors.Join(err, store.Close())
}

// emptyFolder makes a folder if it is missing, and refuses one that is in use.
func emptyFolder(path string) (made bool, err error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = os.MkdirAll(path, 0o700)
		return true, fail.Wrap(fail.Unavailable, err, "the data folder cannot be made")
	}
	if err != nil {
		return false, fail.Wrap(fail.Unavailable, err, "the data folder cannot be read")
	}
	for _, e := range entries {
		if e.Name() != "lost+found" { // of a file system of its own
			return false, fail.New(fail.Conflict, "the data folder %s is not empty; name another one with --data, or move away what is in it", path)
		}
	}
	return false, nil
}

// moveIn puts the parts of a backup in place, the keys last: a server does not
// start on a database without them.
func moveIn(from, to string) error {
	for _, name := range []string{backup.Database, backup.Keys} {
		err := os.Rename(filepath.Join(from, name), filepath.Join(to, name))
		if err == nil {
			err = backup.SyncFolder(to)
		}
		if err != nil {
			return fail.Wrap(fail.Unavailable, err, "the data folder cannot be written")
		}
	}
	return nil
}
