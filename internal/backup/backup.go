// Package backup owns the file that a backup is: its parts, its manifest, how
// it is written so that it is whole or not there, and how it is read so that
// nothing of it is used before all of it is checked.
//
// A backup is a tar archive of three files: manifest.json, which comes first,
// the database, and the key ring. It is not encrypted, and holds every secret
// that the server has. The package does not know what is in the parts, and
// makes no copy of a database: a store does (package sqlite).
package backup

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
)

// Format and Version stand in every manifest. A file with a greater version is
// refused.
const (
	Format  = "wikigate backup"
	Version = 1
)

// The parts of a backup, and the names that they have in a data folder.
const (
	Database = "wikigate.db"
	Keys     = "keys.json"

	manifestFile = "manifest.json"
)

// Manifest says what a backup holds. Keys of its JSON are never renamed.
type Manifest struct {
	Format       string    `json:"format"`
	Version      int       `json:"version"`
	Made         time.Time `json:"made"`
	Program      string    `json:"program"` // version of the wikigate that made it
	Schema       int       `json:"schema"`  // version of the database
	Accounts     int       `json:"accounts"`
	BotPasswords int       `json:"bot_passwords"`
	Parts        []Part    `json:"parts"`
}

// Part is a file in a backup.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Store is a database that was restored.
type Store interface {
	// Clean removes in one step what must not come back with an old database:
	// all sessions, the passwords that log in once, and one-time codes that may
	// have been used since: no account takes a code of a TOTP counter up to
	// floor. It says how many sessions of accounts there were, and gives the
	// events that number as Count; they are kept in any case.
	Clean(ctx context.Context, floor int64, events ...audit.Event) (sessions int, err error)
}
