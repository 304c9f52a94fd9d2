package message

import "strings"

// A text in the banana format (https://github.com/wikimedia/banana-i18n) is
// parsed once, when it is loaded, into pieces. What is not closed or not known
// stays as it stands.

// text is one parsed message of one language.
type text struct {
	pieces []piece
	rule   *pluralRule
	blocks bool // in HTML it has paragraphs
	loose  bool // plain text can only be made of the whole: tags reach over pieces
}

// pieceKind says what a piece is.
type pieceKind uint8

const (
	literalPiece pieceKind = iota
	paramPiece
	pluralPiece
	genderPiece
	sitePiece
	pageLinkPiece // [[target|label]]
	webLinkPiece  // [address label]
)

// piece is a part of a text.
type piece struct {
	kind     pieceKind
	literal  literalText // of links the source in front of the label
	param    int         // of parameters, plurals and genders: which one, from 0
	explicit []explicitForm
	forms    [][]piece // of plurals and genders
	target   string    // of links
	label    []piece   // of links; empty: the target
}

// explicitForm is the form of a plural for one number: 0=none.
type explicitForm struct {
	number int64
	form   []piece
}

// parseText parses a text of the language whose rule is given.
func parseText(source string, rule *pluralRule) *text {
	p := parser{source: source, closes: matchBrackets(source)}
	pieces := p.parse(0, len(source))
	return &text{pieces: pieces, rule: rule, blocks: strings.Contains(source, emptyLine), loose: p.loose}
}

type parser struct {
	source string
	closes map[int]int // where what opens at an index is closed
	loose  bool
}

// matchBrackets finds for each {{ and [[ where its partner stands. Braces bind
// more than brackets; what has no partner is left out.
func matchBrackets(s string) map[int]int {
	if !strings.Contains(s, "{{") && !strings.Contains(s, "[[") {
		return nil
	}
	closes := map[int]int{}
	var open []int
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "{{", "[[":
			open = append(open, i)
		case "}}":
			n := len(open)
			for n > 0 && s[open[n-1]] != '{' {
				n--
			}
			if n == 0 {
				continue
			}
			closes[open[n-1]] = i
			open = open[:n-1]
		case "]]":
			if n := len(open); n > 0 && s[open[n-1]] == '[' {
				closes[open[n-1]] = i
				open = open[:n-1]
			} else {
				continue
			}
		default:
			continue
		}
		i++
	}
	return closes
}

// parse parses the source from index from to index to.
func (p *parser) parse(from, to int) []piece {
	var pieces []piece
	start := from // of the literal that is being read
	add := func(at int, more piece, next int) int {
		if start < at {
			pieces = append(pieces, p.literal(start, at, to))
		}
		pieces = append(pieces, more)
		start = next
		return next
	}
	for i := from; i < to; {
		switch c := p.source[i]; {
		case c == '$' && i+1 < to && '1' <= p.source[i+1] && p.source[i+1] <= '9':
			i = add(i, piece{kind: paramPiece, param: int(p.source[i+1] - '1')}, i+2)
		case c == '{' || c == '[':
			more, next, ok := p.bracketed(i, to)
			if ok {
				i = add(i, more, next)
			} else {
				i = next
			}
		default:
			i++
		}
	}
	if start < to {
		pieces = append(pieces, p.literal(start, to, to))
	}
	return pieces
}

func (p *parser) literal(from, at, to int) piece {
	l, whole := newLiteral(p.source[from:at], at == to)
	if !whole {
		p.loose = true
	}
	return piece{kind: literalPiece, literal: l}
}

// bracketed parses what opens at index i. When that is nothing known, ok is
// false and reading goes on at next.
func (p *parser) bracketed(i, to int) (more piece, next int, ok bool) {
	end, matched := p.closes[i]
	switch {
	case matched && end+2 <= to && p.source[i] == '{':
		if more, ok = p.template(i+2, end); ok {
			return more, end + 2, true
		}
		return piece{}, i + 2, false
	case matched && end+2 <= to:
		return p.pageLink(i, end), end + 2, true
	case p.source[i] == '[' && isWebAddress(p.source[i+1:to]):
		if n := strings.IndexAny(p.source[i:to], "]\n"); n > 0 && p.source[i+n] == ']' {
			return p.webLink(i, i+n), i + n + 1, true
		}
	}
	return piece{}, i + 1, false
}

// template parses the inside of a pair of braces.
func (p *parser) template(from, to int) (piece, bool) {
	inside := p.source[from:to]
	if strings.EqualFold(inside, "SITENAME") {
		return piece{kind: sitePiece}, true
	}
	name, _, found := strings.Cut(inside, ":")
	kind, known := map[string]pieceKind{"PLURAL": pluralPiece, "GENDER": genderPiece}[strings.ToUpper(name)]
	if !found || !known {
		return piece{}, false
	}
	bounds := p.split(from+len(name)+1, to)
	subject := strings.TrimSpace(p.source[bounds[0][0]:bounds[0][1]])
	more := piece{kind: kind, param: -1}
	if len(subject) == 2 && subject[0] == '$' && '1' <= subject[1] && subject[1] <= '9' {
		more.param = int(subject[1] - '1')
	}
	for _, b := range bounds[1:] {
		number, skip, explicit := explicitNumber(p.source[b[0]:b[1]])
		if kind == pluralPiece && explicit {
			more.explicit = append(more.explicit, explicitForm{number, p.parse(b[0]+skip, b[1])})
			continue
		}
		more.forms = append(more.forms, p.parse(b[0], b[1]))
	}
	return more, true
}

// explicitNumber reads the number of a form like 0=none and how many bytes of
// it to skip.
func explicitNumber(form string) (number int64, skip int, ok bool) {
	digits := 0
	for digits < len(form) && digits < 18 && '0' <= form[digits] && form[digits] <= '9' {
		number = number*10 + int64(form[digits]-'0')
		digits++
	}
	if digits == 0 || digits == len(form) || form[digits] != '=' {
		return 0, 0, false
	}
	return number, digits + 1, true
}

// split cuts a range at the bars that stand outside of inner brackets.
func (p *parser) split(from, to int) [][2]int {
	var bounds [][2]int
	start := from
	for i := from; i < to; i++ {
		if end, ok := p.closes[i]; ok && end+2 <= to {
			i = end + 1
		} else if p.source[i] == '|' {
			bounds = append(bounds, [2]int{start, i})
			start = i + 1
		}
	}
	return append(bounds, [2]int{start, to})
}

// pageLink parses [[target|label]]. In texts that are not HTML the source is
// shown, as in MediaWiki.
func (p *parser) pageLink(open, end int) piece {
	bounds := p.split(open+2, end)
	first := bounds[0]
	link := piece{kind: pageLinkPiece, target: strings.TrimSpace(p.source[first[0]:first[1]])}
	link.literal = sourceLiteral(p.source[open:first[1]])
	if len(bounds) > 1 {
		link.literal = sourceLiteral(p.source[open : first[1]+1])
		link.label = p.parse(first[1]+1, end)
	}
	return link
}

// webLink parses [address label].
func (p *parser) webLink(open, end int) piece {
	address, _, labelled := strings.Cut(p.source[open+1:end], " ")
	link := piece{kind: webLinkPiece, target: address, literal: sourceLiteral("[" + address)}
	if labelled {
		link.literal = sourceLiteral("[" + address + " ")
		link.label = p.parse(open+1+len(address)+1, end)
	}
	return link
}

func isWebAddress(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}
