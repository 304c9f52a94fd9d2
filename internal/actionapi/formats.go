package actionapi

import (
	"html"

	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// Format is an output format: data about it and a function that writes.
type Format struct {
	Name   string
	Type   string // media type with character set
	File   string // name for Content-Disposition
	Params []Param
	// Class is what MediaWiki calls the format's class; some tools read it.
	Class string
	// HTML formats are pages for people; their status stays 200.
	HTML bool
	// Callback formats can be wrapped in a call of a function (JSONP).
	Callback bool
	Append   func(dst []byte, t *format.Tree, a Args) []byte

	contentType, disposition []string // headers, made by New
}

// markUsed keeps the format's parameters from being reported as unknown. A
// format that can be wrapped knows callback, and then the number that jQuery
// adds against caches.
func (f *Format) markUsed(raw *rawParams) {
	for i := range f.Params {
		raw.find("", f.Params[i].Name)
	}
	if f.Callback && raw.find("", "callback") != nil {
		raw.find("", "_")
	}
}

// jsonParams are the parameters of both JSON formats.
var jsonParams = []Param{
	{Name: "utf8", Type: Boolean},
	{Name: "ascii", Type: Boolean},
	{Name: "formatversion", Type: Enum, Values: []string{"1", "2", "latest"}, Default: "1", HasDefault: true},
}

// Formats are the formats that this package offers, in the order of their
// names.
func Formats() []*Format {
	return []*Format{
		{
			Name: "json", Type: "application/json; charset=utf-8", File: "api-result.json",
			Params: jsonParams, Callback: true, Append: appendJSON,
		},
		{
			Name: "jsonfm", Type: "text/html; charset=utf-8", File: "api-result.html",
			Params: append([]Param{{Name: "wrappedhtml", Type: Boolean}}, jsonParams...), HTML: true, Append: appendPage,
		},
		{
			Name: "none", Type: "text/plain; charset=utf-8", File: "api-result.txt",
			Append: func(dst []byte, _ *format.Tree, _ Args) []byte { return dst },
		},
	}
}

func jsonOptions(a Args) format.JSON {
	if a.String("formatversion") == "1" {
		return format.JSON{Version: 1, ASCII: !a.Bool("utf8")}
	}
	return format.JSON{Version: 2, ASCII: a.Bool("ascii")}
}

func appendJSON(dst []byte, t *format.Tree, a Args) []byte {
	return jsonOptions(a).Append(dst, t)
}

// appendPage shows the answer to a person.
func appendPage(dst []byte, t *format.Tree, a Args) []byte {
	f := jsonOptions(a)
	f.Indent = true
	dst = append(dst, pageHead...)
	dst = append(dst, html.EscapeString(string(f.Append(nil, t)))...)
	return append(dst, pageTail...)
}

const (
	pageHead = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API result</title></head>
<body><p>This is the answer of the API, laid out for reading. Programs should ask for <code>format=json</code>.</p>
<pre>`
	pageTail = "</pre></body></html>\n"
)
