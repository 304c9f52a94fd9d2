package sqldb

import (
	"encoding/json"
	"strings"

	"github.com/wikigate/wikigate/internal/grant"
)

// encodeGrants writes grants as a JSON list.
func encodeGrants(grants []string) string {
	if len(grants) == 0 {
		return "[]"
	}
	text, err := json.Marshal(grants)
	if err != nil {
		panic("sqldb: a list of strings has no JSON form: " + err.Error())
	}
	return string(text)
}

// decodeGrants reads what encodeGrants wrote. Nearly all grants are plain
// words, and every request of a bot reads them: those are cut from the text
// without a copy.
func decodeGrants(text string) ([]string, error) {
	inner, ok := strings.CutPrefix(text, `["`)
	inner, ok2 := strings.CutSuffix(inner, `"]`)
	if !ok || !ok2 || !plain(inner) {
		return parseGrants(text)
	}
	grants := strings.Split(inner, `","`)
	for _, g := range grants {
		if strings.IndexByte(g, '"') >= 0 {
			return parseGrants(text)
		}
	}
	return grants, nil
}

// plain reports whether text, between quotation marks in JSON, means itself.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}

func parseGrants(text string) ([]string, error) {
	var grants []string
	if err := json.Unmarshal([]byte(text), &grants); err != nil {
		return nil, err
	}
	if len(grants) == 0 {
		return nil, nil
	}
	return grants, nil
}

// unrestrictedJSON is what nearly all bot passwords have.
const unrestrictedJSON = `{"IPAddresses":["0.0.0.0/0","::/0"]}`

func decodeRestrictions(text string) (grant.Restrictions, error) {
	if text == unrestrictedJSON {
		return grant.Unrestricted(), nil
	}
	return grant.ParseRestrictions([]byte(text))
}
