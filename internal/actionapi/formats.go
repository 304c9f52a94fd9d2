package actionapi

import (
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/message"
)

// Format is an output format: data about it and a function that writes.
type Format struct {
	Name   string
	Type   string // media type with character set
	File   string // name for Content-Disposition
	Params []Param
	// Class is what MediaWiki calls the format's class; some tools read it.
	Class string
	// Callback formats can be wrapped in a call of a function (JSONP).
	Callback bool
	// Append writes what a program reads. HTML formats have Show instead.
	Append func(dst []byte, t *format.Tree, a Args) []byte
	// HTML formats are pages for people, or with wrappedhtml JSON that holds one;
	// their status stays 200. Show makes what writes the text on the page. Title
	// is what people call the format, and Program what a program asks for to get
	// it; empty: no program can.
	HTML           bool
	Show           func(a Args) format.Writer
	Title, Program string
	// Warning is what the format has to say about its parameters; nil: nothing.
	Warning func(a Args) *Problem

	contentType, disposition []string // headers, made by New
	table                    *table   // made by New
}

// markUsed keeps the format's parameters from being reported as unknown. A
// format that can be wrapped knows callback, and then the number that jQuery
// adds against caches.
func (f *Format) markUsed(raw *rawParams) {
	if f.HTML {
		raw.find("", wrappedHTML)
	}
	for i := range f.Params {
		raw.find("", f.Params[i].Name)
	}
	if f.Callback && raw.find("", "callback") != nil {
		raw.find("", "_")
	}
}

// jsonParams are the parameters of both JSON formats, besides callback.
var jsonParams = []Param{
	{Name: "utf8", Type: Boolean, Help: message.New("apihelp-json-param-utf8")},
	{Name: "ascii", Type: Boolean, Help: message.New("apihelp-json-param-ascii")},
	{
		Name: "formatversion", Type: Enum, Values: []string{"1", "2", "latest"}, Default: "1", HasDefault: true,
		Help: message.New("apihelp-json-param-formatversion"),
	},
}

// The parameters of the formats that have some. In a format for people
// wrappedhtml comes before them.
var (
	phpParams = []Param{jsonParams[2]}
	xmlParams = []Param{
		{Name: "xslt", Type: String, Help: message.New("apihelp-xml-param-xslt")},
		{Name: "includexmlnamespace", Type: Boolean, Help: message.New("apihelp-xml-param-includexmlnamespace")},
	}
)

// wrappedHTML is the parameter of all formats for people.
const wrappedHTML = "wrappedhtml"

// typeHTML and fileHTML are those of the formats for people.
const typeHTML, fileHTML = "text/html; charset=UTF-8", "api-result.html"

// Formats are the formats that this package offers, in the order of their
// names.
func Formats() []*Format {
	return []*Format{
		{
			Name: "json", Class: "ApiFormatJson", Type: "application/json; charset=utf-8", File: "api-result.json",
			Params: jsonParams, Callback: true, Append: appendJSON,
		},
		{
			Name: "jsonfm", Class: "ApiFormatJson", Type: typeHTML, File: fileHTML, HTML: true, Title: "JSON", Program: "json",
			Params: jsonParams, Callback: true, Show: showJSON,
		},
		{
			Name: "none", Class: "ApiFormatNone", Type: "text/plain; charset=utf-8", File: "api-result.txt",
			Append: func(dst []byte, _ *format.Tree, _ Args) []byte { return dst },
		},
		{
			Name: "php", Class: "ApiFormatPhp", Type: "application/vnd.php.serialized; charset=utf-8", File: "api-result.php",
			Params: phpParams, Append: func(dst []byte, t *format.Tree, a Args) []byte { return phpOptions(a).Append(dst, t) },
		},
		{
			Name: "phpfm", Class: "ApiFormatPhp", Type: typeHTML, File: fileHTML, HTML: true, Title: "serialized PHP", Program: "php",
			Params: phpParams, Show: func(a Args) format.Writer { return phpOptions(a) },
		},
		{
			Name: "rawfm", Class: "ApiFormatJson", Type: typeHTML, File: fileHTML, HTML: true, Title: "JSON with annotations",
			Show: func(Args) format.Writer { return format.Raw{} },
		},
		{
			Name: "xml", Class: "ApiFormatXml", Type: "text/xml; charset=utf-8", File: "api-result.xml",
			Params: xmlParams, Append: func(dst []byte, t *format.Tree, a Args) []byte { return xmlOptions(a).Append(dst, t) },
			Warning: warnXSLT,
		},
		{
			Name: "xmlfm", Class: "ApiFormatXml", Type: typeHTML, File: fileHTML, HTML: true, Title: "XML", Program: "xml",
			Params: xmlParams, Show: showXML, Warning: warnXSLT,
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

func showJSON(a Args) format.Writer {
	f := jsonOptions(a)
	f.Indent = true
	return f
}

func phpOptions(a Args) format.PHP {
	if a.String("formatversion") == "1" {
		return format.PHP{Version: 1}
	}
	return format.PHP{Version: 2}
}

func xmlOptions(a Args) format.XML { return format.XML{Namespace: a.Bool("includexmlnamespace")} }

func showXML(a Args) format.Writer {
	f := xmlOptions(a)
	f.Indent = true
	return f
}

// warnXSLT: style sheets are pages of a wiki, which is not here.
func warnXSLT(a Args) *Problem {
	if !a.Given("xslt") {
		return nil
	}
	return NewProblem("apiwarn-xslt-disabled")
}
