// Package fail is the one internal error type: a closed list of kinds and a
// sentence for the person who must act.
//
// It owns system failures only. What the protocol answers (wrong password,
// throttled, bad token) is a value, not an error, and has no place here.
package fail

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure it is. The edge maps kinds to answers and
// exit codes; do not reorder or remove members.
type Kind uint8

// The kinds.
const (
	Internal    Kind = iota // a bug or an unforeseen condition
	Unavailable             // a store does not answer; trying again may help
	Busy                    // another process holds the store
	NotFound                // the named thing does not exist
	Conflict                // the named thing exists already
	Invalid                 // the caller's input was refused
	ReadOnly                // the store cannot be written
	Full                    // no space left
	Damaged                 // stored data cannot be read
	TooNew                  // stored data was written by a newer version
)

// String is the kind's name, as logged.
func (k Kind) String() string {
	names := [...]string{"internal", "unavailable", "busy", "not found", "conflict", "invalid", "read-only", "full", "damaged", "too new"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Error is a failure of a known kind. Text is one sentence that says what was
// wrong and, where a person can act, what to do.
type Error struct {
	Kind Kind
	Text string
	Err  error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Text
	}
	if e.Text == "" {
		return e.Err.Error()
	}
	return e.Text + ": " + e.Err.Error()
}

// Unwrap gives the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of kind k; format is as in fmt.Sprintf.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// Wrap gives err a kind and a sentence. A nil err gives nil.
func Wrap(k Kind, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...), Err: err}
}

// KindOf is the kind of the first Error in err's chain, Internal when there is
// none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err's chain holds an Error of kind k.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}
