package sqlite

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

// lockPatience covers the moments in which a command line tool that brings the
// database up to date holds the lock.
const lockPatience = 2 * time.Second

// lockServing makes this process the serving one until the file is closed or
// the process ends, however it ends.
func lockServing(path string, patience time.Duration) (*os.File, error) {
	path += ".lock"
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fileError(err, path)
	}
	for end := time.Now().Add(patience); ; {
		free, err := tryLockFile(f)
		switch {
		case err != nil:
			return nil, fileError(closeAfter(f, err), path)
		case free:
			return f, signLock(f)
		case time.Now().After(end):
			holder := lockHolder(f)
			return nil, closeAfter(f, fail.New(fail.Busy,
				"another wikigate%s serves from this database; stop it, or give this one a database of its own (%s)", holder, path))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// signLock leaves the number of this process for the message of the next one.
func signLock(f *os.File) error {
	err := f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	}
	if err != nil {
		return fileError(closeAfter(f, err), f.Name())
	}
	return nil
}

// lockHolder names the process that holds the lock, if it has signed.
func lockHolder(f *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 20))
	if err != nil || len(text) == 0 {
		return ""
	}
	return " (process " + strings.TrimSpace(string(text)) + ")"
}
