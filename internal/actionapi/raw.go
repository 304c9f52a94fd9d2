package actionapi

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/wikigate/wikigate/internal/fail"
)

// rawParam is a parameter as sent.
type rawParam struct {
	name  string // mangled as PHP does
	value string // decoded, otherwise untouched
	array bool   // the name had an array part
	query bool   // from the URL
	used  bool   // somebody looked it up
}

// rawParams are those of one request: first the URL's, then the body's. A later
// one wins over an earlier one of the same name.
type rawParams struct {
	list []rawParam
	max  int
	// lengths has a bit for the length of each name: most lookups are for names
	// that are not there, and end at it.
	lengths uint64
}

// parse appends the pairs of a query string or an urlencoded body. Pairs beyond
// the limit are dropped, as PHP's max_input_vars does.
func (p *rawParams) parse(text string, query bool) {
	for text != "" && len(p.list) < p.max {
		var pair string
		pair, text, _ = strings.Cut(text, "&")
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		p.add(unescape(name), unescape(value), query)
	}
}

func (p *rawParams) add(name, value string, query bool) {
	name, array := mangle(name)
	if name == "" || len(p.list) >= p.max {
		return
	}
	p.list = append(p.list, rawParam{name: name, value: value, array: array, query: query})
	p.lengths |= lengthBit(len(name))
}

// mayHave is false when no parameter has a name of n bytes.
func (p *rawParams) mayHave(n int) bool { return p.lengths&lengthBit(n) != 0 }

func lengthBit(n int) uint64 { return 1 << (uint(n) % 64) }

// find gives the last parameter of a name, which may come in two parts, and
// marks all of them as used.
func (p *rawParams) find(prefix, name string) *rawParam {
	if !p.mayHave(len(prefix) + len(name)) {
		return nil
	}
	var last *rawParam
	for i := range p.list {
		if q := &p.list[i]; q.is(prefix, name) {
			q.used = true
			last = q
		}
	}
	return last
}

func (q *rawParam) is(prefix, name string) bool {
	n := len(prefix)
	return len(q.name) == n+len(name) && q.name[n:] == name && q.name[:n] == prefix
}

// inQuery reports whether the URL has a parameter of that name.
func (p *rawParams) inQuery(name string) bool {
	for i := range p.list {
		if p.list[i].query && p.list[i].name == name {
			return true
		}
	}
	return false
}

// clean makes the value of a parameter valid, and tells whether that has
// changed it. One whose name is in the URL as well may be windows-1252, even if
// its value comes from the body (MediaWiki: WebRequest::getGPCVal).
func (p *rawParams) clean(q *rawParam) (value string, changed bool) {
	if plainText(q.value) {
		return q.value, false
	}
	return clean(q.value, p.inQuery(q.name))
}

// unused lists names that nobody looked up, and the place of each among all
// names, those of the body first.
func (p *rawParams) unused() (names []string, places []int) {
	seen := map[string]bool{}
	for _, query := range [...]bool{false, true} {
		for i := range p.list {
			q := &p.list[i]
			if q.query != query || seen[q.name] {
				continue
			}
			if !q.used {
				names, places = append(names, q.name), append(places, len(seen))
			}
			seen[q.name] = true
		}
	}
	return names, places
}

func (p *rawParams) anyUnused() bool {
	for i := range p.list {
		if !p.list[i].used {
			return true
		}
	}
	return false
}

// mangle turns a name into the one PHP sees: leading blanks go, dots and
// blanks become underscores, and what follows a bracket is an array part.
func mangle(name string) (mangled string, array bool) {
	if plainName(name) {
		return name, false
	}
	if i := strings.IndexByte(name, 0); i >= 0 {
		name = name[:i]
	}
	name = strings.TrimLeft(name, " ")
	if strings.HasPrefix(name, "[") {
		return "", false
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		if strings.IndexByte(name[i:], ']') > 0 {
			name, array = name[:i], true
		} else {
			name = name[:i] + "_" + name[i+1:]
		}
	}
	return strings.Map(func(r rune) rune {
		if r == '.' || r == ' ' {
			return '_'
		}
		return r
	}, name), array
}

func plainName(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return true
}

// unescape undoes percent-encoding; bad escapes stay as they are.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	buf := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			buf = append(buf, ' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			buf = append(buf, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			buf = append(buf, c)
		}
	}
	return string(buf)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// errTooLarge means that the body is over the limit.
var errTooLarge = fail.New(fail.Invalid, "the request body is larger than this server accepts")

// errBroken means that the body ended before its time or is malformed.
var errBroken = fail.New(fail.Invalid, "the request body could not be read to its end")

// readBody adds the parameters of a form body. Bodies of other types hold
// none. noType is true when a POST says nothing about its type.
func (p *rawParams) readBody(r *http.Request, max int64) (noType bool, err error) {
	if r.Method != http.MethodPost {
		return false, nil
	}
	if r.ContentLength > max {
		return false, errTooLarge
	}
	ctype := r.Header.Get("Content-Type")
	if ctype == "" {
		return true, nil
	}
	_, params, _ := mime.ParseMediaType(ctype) // what cannot be read has no boundary
	kind := strings.ToLower(strings.TrimSpace(ctype))
	if end := strings.IndexAny(kind, ";, "); end >= 0 {
		kind = kind[:end]
	}
	body := http.MaxBytesReader(nil, r.Body, max)
	switch kind {
	case "application/x-www-form-urlencoded":
		return false, p.readForm(body, r.ContentLength)
	case "multipart/form-data":
		return false, p.readMultipart(body, params["boundary"])
	}
	return false, nil
}

func (p *rawParams) readForm(body io.Reader, length int64) error {
	var b strings.Builder
	if length > 0 {
		b.Grow(int(length)) // at most the limit, checked before
	}
	chunk := make([]byte, min(max(512, length), 32<<10))
	if _, err := io.CopyBuffer(&b, body, chunk); err != nil {
		return bodyError(err)
	}
	p.parse(b.String(), false)
	return nil
}

// readMultipart takes values and skips files, which are no parameters here. As
// in PHP, a malformed body gives the parts before the fault.
func (p *rawParams) readMultipart(body io.Reader, boundary string) error {
	if boundary == "" {
		return nil
	}
	reader := multipart.NewReader(body, boundary)
	for parts := 0; ; parts++ {
		part, err := reader.NextRawPart() // PHP undoes no quoted-printable
		if err != nil {
			return partError(err)
		}
		if parts > 2*p.max {
			return errTooLarge
		}
		if isFile(part) || part.FormName() == "" {
			continue
		}
		var b strings.Builder
		if _, err := io.Copy(&b, part); err != nil {
			return partError(err)
		}
		p.add(part.FormName(), b.String(), false)
	}
}

// isFile reports whether a part names a file, even an empty one.
func isFile(part *multipart.Part) bool {
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition")) // what cannot be read has no name
	_, ok := params["filename"]
	return ok
}

// partError tells the end of a body, or a fault in its form, from a body that
// is too large.
func partError(err error) error {
	if err = bodyError(err); errors.Is(err, errTooLarge) {
		return err
	}
	return nil
}

func bodyError(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return errTooLarge
	}
	return errBroken
}

// findQuiet is find without marking the parameter as used.
func (p *rawParams) findQuiet(name string) *rawParam {
	for i := len(p.list) - 1; i >= 0; i-- {
		if p.list[i].name == name {
			return &p.list[i]
		}
	}
	return nil
}
