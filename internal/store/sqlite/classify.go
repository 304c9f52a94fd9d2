package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/sqldb"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// dialect is that of the database in the file path.
func dialect(path string) sqldb.Dialect {
	d := sqldb.SQLite()
	d.Classify = func(err error) (fail.Kind, string) {
		kind, sentence := classify(err)
		return kind, fmt.Sprintf(sentence, path)
	}
	return d
}

// classify says what an error of the driver means for the person who runs the
// server. The sentence has a place for the path.
func classify(err error) (fail.Kind, string) {
	var e *driver.Error
	if !errors.As(err, &e) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return fail.Unavailable, "the request ended while the database %s worked on it"
		}
		return fail.Internal, "the database %s gave an unexpected error"
	}
	switch e.Code() {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return fail.Conflict, "a row with that key exists already in %s"
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fail.NotFound, "a row that the new one belongs to does not exist in %s"
	case lib.SQLITE_IOERR_SHMSIZE: // the index beside the write-ahead log finds no room
		return fail.Full, diskFull
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fail.Busy, "another process holds the database %s; let it finish or stop it, and try again"
	case lib.SQLITE_READONLY:
		return fail.ReadOnly, "the database %s cannot be written; check the owner and mode of the file and its folder, and how the disk is mounted"
	case lib.SQLITE_FULL:
		return fail.Full, diskFull
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return fail.Damaged, "%s is not a database or is damaged; restore it from a backup"
	case lib.SQLITE_CANTOPEN:
		return fail.Unavailable, "the database %s or a file beside it cannot be opened; " +
			"check the owner and mode of its folder, and the limit of open files"
	case lib.SQLITE_IOERR:
		return fail.Unavailable, "the disk that holds the database %s gave an error; check its space, and the system log"
	}
	return fail.Internal, "the database %s gave an unexpected error"
}

const diskFull = "the disk that holds the database %s is full; free some space, and writing goes on by itself"

// fileError gives an error of the file system its kind and a sentence.
func fileError(err error, path string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fail.Wrap(fail.ReadOnly, err, "%s cannot be written; check its owner and mode, and how the disk is mounted", path)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fail.Wrap(fail.Full, err, "the disk that holds %s is full; free some space", path)
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR):
		return fail.Wrap(fail.Invalid, err, "%s cannot be a database: a folder and a file are confused; check the path", path)
	}
	return fail.Wrap(fail.Unavailable, err, "%s cannot be used", path)
}
