package actionapi

import (
	"strconv"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/message"
)

// timestampForms are what a Timestamp may look like beside UNIX seconds and
// "now" (MediaWiki: TypeDef/TimestampDef.php, ConvertibleTimestamp).
var timestampForms = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02",
	"20060102150405", "20060102T150405Z", time.RFC1123, time.RFC850,
}

// parseTimestamp reads a point in time.
func parseTimestamp(text string, now time.Time) (time.Time, bool) {
	if text == "now" {
		return now, true
	}
	for _, form := range timestampForms {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), true
		}
	}
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && len(strings.TrimLeft(text, "+-")) <= 13 {
		return time.Unix(seconds, 0).UTC(), true
	}
	return time.Time{}, false
}

// checkTimestamp reads a point in time. An empty value and 0 mean now, with a
// warning that there is a word for it.
func (r *Request) checkTimestamp(path, name string, v *value) *Problem {
	text := v.text
	if text == "" || text == "0" {
		r.warn(path, NewProblem("paramvalidator-unclearnowtimestamp", message.Plain(name), message.Plain(text)))
		text = "now"
	}
	t, ok := parseTimestamp(text, r.now)
	if !ok {
		return NewProblem("paramvalidator-badtimestamp", message.Plain(name), message.Plain(v.text))
	}
	v.time, v.text = t, t.Format(time.RFC3339)
	return nil
}

// neverWords are the spellings of an expiry that never comes (MediaWiki:
// ExpiryDef::INFINITY_VALS).
var neverWords = map[string]bool{"infinite": true, "indefinite": true, "infinity": true, "never": true}

// checkExpiry reads an expiry; one in the past is refused.
func (r *Request) checkExpiry(name string, v *value) *Problem {
	if neverWords[v.text] {
		v.text = "infinity"
		return nil
	}
	t, ok := parseTimestamp(v.text, r.now)
	if !ok {
		t, ok = addSpan(r.now, v.text)
	}
	switch {
	case !ok:
		return NewProblem("paramvalidator-badexpiry", message.Plain(name), message.Plain(v.text))
	case t.Before(r.now):
		return NewProblem("paramvalidator-badexpiry-past", message.Plain(name), message.Plain(v.text))
	}
	v.time, v.text = t, t.Format(time.RFC3339)
	return nil
}

// addSpan adds spans such as "2 weeks" or "1 day 3 hours" to now.
func addSpan(now time.Time, text string) (time.Time, bool) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 || len(words)%2 != 0 {
		return now, false
	}
	t := now
	for i := 0; i < len(words); i += 2 {
		n, err := strconv.Atoi(words[i])
		if err != nil || n < 0 || n > 100000 {
			return now, false
		}
		switch strings.TrimSuffix(words[i+1], "s") {
		case "second", "sec":
			t = t.Add(time.Duration(n) * time.Second)
		case "minute", "min":
			t = t.Add(time.Duration(n) * time.Minute)
		case "hour":
			t = t.Add(time.Duration(n) * time.Hour)
		case "day":
			t = t.AddDate(0, 0, n)
		case "week":
			t = t.AddDate(0, 0, 7*n)
		case "month":
			t = t.AddDate(0, n, 0)
		case "year":
			t = t.AddDate(n, 0, 0)
		default:
			return now, false
		}
	}
	return t, true
}
