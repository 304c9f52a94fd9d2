package mail

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

// File writes mails into a file, a line of JSON for each, instead of sending
// them: for tests and development. What stands in them is in the file, so that
// it is made readable by its owner only.
type File struct {
	Path string
	From Address

	mu sync.Mutex
}

// line is a mail in the file.
type line struct {
	Time    time.Time `json:"time"`
	ID      string    `json:"id"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Body    string    `json:"body"`
}

// Deliver implements Transport.
func (f *File) Deliver(_ context.Context, m Message) error {
	text, err := json.Marshal(line{
		Time: m.Date, ID: m.ID, From: f.From.String(), To: m.To.String(), Subject: m.Subject, Body: m.Body,
	})
	if err != nil {
		return Refused(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	out, err := appending(f.Path)
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "the file for mails cannot be opened")
	}
	_, err = out.Write(append(text, '\n'))
	if closing := out.Close(); err == nil {
		err = closing
	}
	return fail.Wrap(fail.Unavailable, err, "the file for mails cannot be written")
}

func appending(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// Writable makes the file if it is not there, and says why mails could not be
// written into it.
func Writable(path string) error {
	f, err := appending(path)
	if err != nil {
		return systemsWord(err)
	}
	return f.Close()
}

// systemsWord is what the system says of a file, without its name.
func systemsWord(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
