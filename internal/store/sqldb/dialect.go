package sqldb

import (
	"errors"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/fail"
)

// Dialect is what differs between the engines that speak SQL. It is immutable.
type Dialect struct {
	// Name is the folder of the migrations.
	Name string
	// Numbered says that placeholders are $1, $2, … instead of question marks.
	Numbered bool
	// PutSession inserts a row of the table session (id, kind, owner, app,
	// created, expires, data), or replaces the one with its id.
	PutSession string
	// TakeCounter counts one attempt in the table throttle, and affects a row
	// exactly when the attempt passes. Its arguments are: bucket, end of a
	// window that would start now, now, now, limit.
	TakeCounter string
	// Texts and Numbers are the members of a JSON list, which is their one
	// argument, as what stands behind IN.
	Texts, Numbers string
	// Lock begins a transaction that keeps all other writers out.
	Lock string
	// LocalReads says that a read takes microseconds and waits for nobody, so
	// that it is not worth while to watch its context.
	LocalReads bool
	// Classify gives the kind of a driver's error and a sentence for it. A
	// violated uniqueness is Conflict, a missing referenced row is NotFound.
	Classify func(err error) (fail.Kind, string)
}

// SQLite is the dialect of SQLite 3.38 or later, but for Classify, which
// depends on the driver.
func SQLite() Dialect {
	return Dialect{
		Name:       "sqlite",
		Lock:       "BEGIN EXCLUSIVE",
		LocalReads: true,
		Texts:      `(SELECT value FROM json_each(?))`,
		Numbers:    `(SELECT value FROM json_each(?))`,
		PutSession: `INSERT INTO session (id, kind, owner, app, created, expires, data) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, owner = excluded.owner, app = excluded.app,
			created = excluded.created, expires = excluded.expires, data = excluded.data`,
		TakeCounter: `INSERT INTO throttle (bucket, taken, ends) VALUES (?, 1, ?)
			ON CONFLICT (bucket) DO UPDATE SET
				taken = CASE WHEN ends <= ? THEN 1 ELSE taken + 1 END,
				ends = CASE WHEN ends <= ? THEN excluded.ends ELSE ends END
			WHERE ends <= ? OR taken < ?`,
	}
}

// text is statement s in the dialect.
func (d Dialect) text(s statement) string {
	switch s {
	case sessionPut:
		return d.placeholders(d.PutSession)
	case throttleTake:
		return d.placeholders(d.TakeCounter)
	}
	return d.placeholders(strings.NewReplacer(inTexts, d.Texts, inNumbers, d.Numbers).Replace(texts[s]))
}

// placeholders replaces the question marks of query. No text here has one in a
// literal.
func (d Dialect) placeholders(query string) string {
	if !d.Numbered {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// Failed gives a driver's error its kind and sentence. An error that has a
// kind, and nil, stay as they are.
func (d Dialect) Failed(err error) error {
	if err == nil {
		return nil
	}
	return d.failed(err)
}

func (d Dialect) failed(err error) error {
	var known *fail.Error
	if errors.As(err, &known) {
		return err
	}
	kind, sentence := d.Classify(err)
	return fail.Wrap(kind, err, "%s", sentence)
}
