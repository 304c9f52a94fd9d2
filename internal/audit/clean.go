package audit

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The longest texts that are kept, in bytes. A name is one of an account or an
// attempt at one; the limit of the log is MediaWiki's too (ApiMain::logRequest).
const (
	maxName    = 256
	maxApp     = 64
	maxClient  = 256
	maxRequest = 64
	maxActor   = 128
	maxWord    = 32 // kinds, reasons, keys
	maxDetail  = 256
	maxDetails = 8
)

const cut = "[...]"

// lastMicro is the end of the year 9999; stores keep nothing later.
const lastMicro = 253402300799999999

// masked stands for what looks like a generated secret.
const masked = "[secret]"

// cleaned is the event as it is kept: texts are one line, valid UTF-8, not too
// long, and hold nothing that looks like a secret of our making.
func (e Event) cleaned() Event {
	e.Time = time.UnixMicro(min(max(e.Time.UnixMicro(), 1), lastMicro)).UTC()
	if e.Result == "" {
		e.Result = Success
	}
	e.Kind, e.Result, e.Reason, e.Method = short(e.Kind), short(e.Result), short(e.Reason), short(e.Method)
	if e.Account == 0 { // otherwise it is the name of an account
		e.Name = mask(e.Name)
	}
	e.Name, e.App = line(e.Name, maxName), line(mask(e.App), maxApp)
	e.Client, e.Actor, e.Request = line(mask(e.Client), maxClient), line(e.Actor, maxActor), line(e.Request, maxRequest)
	e.Address = e.Address.Unmap().WithZone("")
	given := e.Details[:min(len(e.Details), maxDetails)]
	e.Details = nil
	for _, d := range given {
		e.Details = append(e.Details, Detail{line(d.Key, maxWord), line(mask(d.Value), maxDetail)})
	}
	return e
}

func short[T ~string](word T) T { return T(line(string(word), maxWord)) }

// line makes text one line of at most limit bytes, and the mark of a cut.
// Characters that control a terminal, or the direction of the text after them,
// are removed.
func line(text string, limit int) string {
	if plain(text) && len(text) <= limit {
		return text
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + cut
}

// plain reports whether text is nothing but printable ASCII.
func plain(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// secretLength is how many characters our secrets and session ids have at
// least: they are generated with 32, all of them digits and letters from a to w.
const secretLength = 32

// mask hides what looks like a generated secret, which people paste into the
// wrong field.
func mask(text string) string {
	if len(text) < secretLength {
		return text
	}
	var b strings.Builder
	for rest := text; rest != ""; {
		n := 0
		for n < len(rest) && generated(rest[n]) {
			n++
		}
		switch {
		case n >= secretLength && n < maxRun:
			b.WriteString(masked)
		default:
			n = max(n, 1)
			b.WriteString(rest[:n])
		}
		rest = rest[n:]
	}
	return b.String()
}

// maxRun is where a run of such characters is too long to be one of ours.
const maxRun = 128

func generated(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'w' }
