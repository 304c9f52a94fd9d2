package captcha

import (
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/message"
)

// RequestID is the id of the request (ConfirmEdit:
// includes/Auth/CaptchaAuthenticationRequest.php).
const RequestID = "CaptchaAuthenticationRequest"

const (
	class = `MediaWiki\Extension\ConfirmEdit\Auth\CaptchaAuthenticationRequest`

	fieldID   = "captchaId"
	fieldInfo = "captchaInfo"
	fieldWord = "captchaWord"
)

// prefixes are what the keys of a kind's texts begin with, by its type; "captcha"
// for the others.
var prefixes = map[string]string{
	"question": "questycaptcha", "proofofwork": "proofofwork", "hcaptcha": "hcaptcha", "turnstile": "turnstile",
}

// request is what a client sees of a challenge.
func request(action authn.Action, c captcha.Challenge) authn.Request {
	r := authn.Request{ID: RequestID, Class: class, Required: authn.Demanded, Metadata: metadata(c.About)}
	if c.About.Elsewhere {
		r.Fields = []authn.Field{word(why(action, c.About), message.New(prefix(c.About)+"-help"))}
		return r
	}
	help := message.New("captcha-help")
	if c.About.Difficulty > 0 {
		help = message.New("proofofwork-help", message.Count(int64(c.About.Difficulty)))
	}
	r.Fields = []authn.Field{
		shown(fieldID, authn.FieldHidden, c.ID, message.New("captcha-id-label"), message.New("captcha-id-help")),
		shown(fieldInfo, authn.FieldNull, c.Question, why(action, c.About), message.New("captcha-info-help")),
		word(message.New("captcha-label"), help),
	}
	return r
}

// metadata are the words by which a client knows what to show.
func metadata(about captcha.About) []authn.Datum {
	list := []authn.Datum{{Key: "type", Value: about.Type}, {Key: "mime", Value: about.MIME}}
	if about.SiteKey != "" {
		list = append(list, authn.Datum{Key: "key", Value: about.SiteKey})
	}
	if about.Difficulty > 0 {
		list = append(list, authn.Datum{Key: "difficulty", Value: int64(about.Difficulty)})
	}
	return list
}

func prefix(about captcha.About) string {
	if p, ok := prefixes[about.Type]; ok {
		return p
	}
	return "captcha"
}

// why says what the challenge is for.
func why(action authn.Action, about captcha.About) message.Message {
	if action == authn.ActionCreate {
		return message.New(prefix(about) + "-createaccount")
	}
	return message.New(prefix(about) + "-badlogin")
}

func shown(name string, t authn.FieldType, value string, label, help message.Message) authn.Field {
	return authn.Field{Name: name, Type: t, Value: value, HasValue: true, Label: label, Help: help}
}

func word(label, help message.Message) authn.Field {
	return authn.Field{Name: fieldWord, Type: authn.FieldString, Label: label, Help: help}
}
