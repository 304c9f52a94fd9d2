package actionapi

import (
	"strings"

	"github.com/wikigate/wikigate/internal/message"
)

// Problem is what the protocol answers instead of a result, or a warning
// beside one: a code, a message and data. It is a value, not a Go error.
type Problem struct {
	Code    string
	Message message.Message
	Data    []Datum
	Module  string // path of the module it belongs to; set by the engine
	broken  bool   // the system failed, so the documentation is of no help
}

// Datum is one member of a problem's data: a text, an int64 or a list of texts.
type Datum struct {
	Key   string
	Value any
}

// NewProblem makes a problem whose code follows from the message's key
// (MediaWiki: ApiMessageTrait).
func NewProblem(key string, params ...message.Param) *Problem {
	return &Problem{Code: codeOf(key), Message: message.New(key, params...)}
}

// WithCode gives the problem another code.
func (p *Problem) WithCode(code string) *Problem { p.Code = code; return p }

// With adds a member to the problem's data.
func (p *Problem) With(key string, value any) *Problem {
	p.Data = append(p.Data, Datum{key, value})
	return p
}

// codes are the keys whose codes do not follow from the rule.
var codes = map[string]string{
	"cannotlogoutnow-text":                 "cannotlogout",
	"noname":                               "invaliduser",
	"paramvalidator-badvalue-enumnotmulti": "badvalue",
	"paramvalidator-notmulti":              "badvalue",
	"paramvalidator-deprecated-value":      "deprecation",
	"paramvalidator-param-deprecated":      "deprecation",
	"paramvalidator-outofrange-min":        "outofrange",
	"paramvalidator-outofrange-max":        "outofrange",
	"paramvalidator-outofrange-minmax":     "outofrange",
	"api-usage-mailinglist-ref":            "deprecation-help",
	"readonlytext":                         "readonly",
	"sessionfailure":                       "badtoken",
}

// CodeOf is the code of a problem that a message tells (MediaWiki:
// ApiMessageTrait::getApiCode).
func CodeOf(key string) string { return codeOf(key) }

func codeOf(key string) string {
	if code, ok := codes[key]; ok {
		return code
	}
	for _, prefix := range [...]string{"apierror-", "apiwarn-", "paramvalidator-"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			key = rest
			break
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, key)
}

// of says which module a problem belongs to. It is nil for no problem.
func (p *Problem) of(path string) *Problem {
	if p != nil {
		p.Module = path
	}
	return p
}
