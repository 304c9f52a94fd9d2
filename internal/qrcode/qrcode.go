// Package qrcode draws a text as a QR code: as an SVG picture for pages, and as
// text for terminals.
//
// It does not own what the text means, nor the encoding itself (rsc.io/qr).
package qrcode

import (
	"strconv"
	"strings"

	"rsc.io/qr"

	"github.com/wikigate/wikigate/internal/fail"
)

// quiet is the width of the light border in modules (ISO/IEC 18004, 6.3.8).
const quiet = 4

// Code is a QR code. It is immutable.
type Code struct{ code *qr.Code }

// Of encodes a text, with 15 % of redundancy. One of more than about 2300 bytes
// is fail.Invalid.
func Of(text string) (Code, error) {
	c, err := qr.Encode(text, qr.M)
	return Code{c}, fail.Wrap(fail.Invalid, err, "the text is too long for a QR code")
}

// dark reports a dark module; the border and all beyond is light.
func (c Code) dark(x, y int) bool { return c.code.Black(x-quiet, y-quiet) }

// size is the number of modules of a side, with the border.
func (c Code) size() int { return c.code.Size + 2*quiet }

// SVG is a picture without a size of its own, dark on light whatever the page
// looks like. It holds no script, style or reference.
func (c Code) SVG() string {
	var path strings.Builder
	for y := range c.size() {
		for x := 0; x < c.size(); x++ {
			if !c.dark(x, y) {
				continue
			}
			from := x
			for c.dark(x, y) {
				x++
			}
			path.WriteString("M" + strconv.Itoa(from) + " " + strconv.Itoa(y) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
		}
	}
	side := strconv.Itoa(c.size())
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + " " + side + `" shape-rendering="crispEdges">` +
		`<rect width="100%" height="100%" fill="#fff"/><path d="` + path.String() + `" fill="#000"/></svg>` + "\n"
}

// Text is the code in lines of half blocks, two modules above each other in a
// character. It is drawn in light on dark, as terminals mostly are; scanners
// read the other way round as well.
func (c Code) Text() string {
	var b strings.Builder
	for y := 0; y < c.size(); y += 2 {
		for x := range c.size() {
			upper, lower := !c.dark(x, y), y+1 < c.size() && !c.dark(x, y+1)
			switch {
			case upper && lower:
				b.WriteRune('█')
			case upper:
				b.WriteRune('▀')
			case lower:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
