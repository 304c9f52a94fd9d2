package format

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func build(fill func(root Ref)) *Tree {
	t := &Tree{}
	t.Reset()
	fill(t.Root())
	return t
}

func TestVersionsOfOneTree(t *testing.T) {
	for name, c := range map[string]struct {
		fill   func(Ref)
		v1, v2 string
	}{
		"empty root":                       {func(Ref) {}, `{}`, `{}`},
		"booleans":                         {func(r Ref) { r.Bool("a", true); r.Bool("b", false); r.BCBool("c", false) }, `{"a":"","c":false}`, `{"a":true,"b":false,"c":false}`},
		"null and int":                     {func(r Ref) { r.Null("n"); r.Int("i", -7) }, `{"n":null,"i":-7}`, `{"n":null,"i":-7}`},
		"fractions":                        {func(r Ref) { r.Float("a", 1); r.Float("b", 0.333); r.Float("c", 0) }, `{"a":1,"b":0.333,"c":0}`, `{"a":1,"b":0.333,"c":0}`},
		"keyed":                            {func(r Ref) { n := r.Keyed("n", "x"); n.Object("0").Int("i", 1); r.Keyed("m", "x") }, `{"n":{"0":{"i":1}},"m":{}}`, `{"n":{"0":{"i":1}},"m":{}}`},
		"content":                          {func(r Ref) { r.Content("text", "x"); r.Int("id", 1) }, `{"id":1,"*":"x"}`, `{"text":"x","id":1}`},
		"element":                          {func(r Ref) { r.Element("e", "x") }, `{"e":"x"}`, `{"e":"x"}`},
		"sub-element":                      {func(r Ref) { r.Sub("reason", "x") }, `{"reason":{"*":"x"}}`, `{"reason":"x"}`},
		"empty list":                       {func(r Ref) { r.List("l", "x"); r.Object("o") }, `{"l":[],"o":{}}`, `{"l":[],"o":{}}`},
		"list of texts":                    {func(r Ref) { r.Strings("l", "x", []string{"a", "b"}) }, `{"l":["a","b"]}`, `{"l":["a","b"]}`},
		"numbered":                         {func(r Ref) { n := r.Numbered("n", "x"); n.Int("0", 5); n.Int("1", 6) }, `{"n":[5,6]}`, `{"n":{"0":5,"1":6}}`},
		"numbered of nothing in version 1": {func(r Ref) { n := r.Numbered("n", "x"); n.Bool("ISBN", false) }, `{"n":[]}`, `{"n":{"ISBN":false}}`},
		"map":                              {func(r Ref) { m := r.Map("m", "i", "k"); m.Int("x", 1); m.Bool("y", false) }, `{"m":{"x":1}}`, `{"m":{"x":1,"y":false}}`},
		"pairs":                            {func(r Ref) { m := r.Pairs("m", "i", "k"); m.Int("x", 1); m.Bool("y", false) }, `{"m":[{"k":"x","*":1}]}`, `{"m":{"x":1,"y":false}}`},
		"numbered with a gap":              {func(r Ref) { n := r.Numbered("n", "x"); n.Int("0", 5); n.Int("2", 6) }, `{"n":{"0":5,"2":6}}`, `{"n":{"0":5,"2":6}}`},
		"on top":                           {func(r Ref) { r.Int("a", 1); r.OnTop().Int("b", 2); r.OnTop().Object("c").Int("d", 3) }, `{"c":{"d":3},"b":2,"a":1}`, `{"c":{"d":3},"b":2,"a":1}`},
		"unicode":                          {func(r Ref) { r.String("é", "\U00010400\u2028/<>&'\"\\\x7f\x01\n") }, `{"\u00e9":"\ud801\udc00\u2028/<>&'\"\\` + "\x7f" + `\u0001\n"}`, `{"é":"` + "\U00010400" + `\u2028/<>&'\"\\` + "\x7f" + `\u0001\n"}`},
		"keep":                             {func(r Ref) { r.Int("a", 1); r.Object("w").Int("x", 1); r.Int("b", 1); r.Keep("w"); r.Int("c", 1) }, `{"w":{"x":1},"c":1}`, `{"w":{"x":1},"c":1}`},
		"keep none":                        {func(r Ref) { r.Int("a", 1); r.Keep("w"); r.Int("c", 1) }, `{"c":1}`, `{"c":1}`},
	} {
		tree := build(c.fill)
		if got := string(JSON{Version: 1, ASCII: true}.Append(nil, tree)); got != c.v1 {
			t.Errorf("%s: version 1: %s, want %s", name, got, c.v1)
		}
		if got := string(JSON{Version: 2}.Append(nil, tree)); got != c.v2 {
			t.Errorf("%s: version 2: %s, want %s", name, got, c.v2)
		}
	}
}

func TestIndentUsesFourBlanks(t *testing.T) {
	tree := build(func(r Ref) { o := r.Object("o"); o.Int("a", 1); r.List("l", "x") })
	want := "{\n    \"o\": {\n        \"a\": 1\n    },\n    \"l\": []\n}"
	if got := string(JSON{Version: 2, Indent: true}.Append(nil, tree)); got != want {
		t.Errorf("%s", got)
	}
}

func TestEveryStringReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, ascii := rapid.String().Draw(t, "s"), rapid.Bool().Draw(t, "ascii")
		out := AppendJSONString(nil, s, ascii)
		var back string
		if err := json.Unmarshal(out, &back); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if utf8.ValidString(s) && back != s {
			t.Fatalf("%q came back as %q", s, back)
		}
		for _, c := range out {
			if ascii && c >= utf8.RuneSelf {
				t.Fatalf("%s is not ASCII", out)
			}
		}
	})
}

func BenchmarkTree(b *testing.B) {
	var t Tree
	buf := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		t.Reset()
		r := t.Root()
		r.Bool("batchcomplete", true)
		r.Object("query").Object("tokens").String("logintoken", `9ed1499d99c0c34c73faa07157b3b6075b427365+\`)
		buf = JSON{Version: 1, ASCII: true}.Append(buf[:0], &t)
	}
}

// BenchmarkFormats writes one answer in each format.
func BenchmarkFormats(b *testing.B) {
	tree := build(func(r Ref) {
		r.Bool("batchcomplete", true)
		r.Object("query").Object("tokens").String("logintoken", `9ed1499d99c0c34c73faa07157b3b6075b427365+\`)
	})
	for name, w := range map[string]Writer{"json": JSON{Version: 1, ASCII: true}, "xml": XML{}, "php": PHP{Version: 1}, "rawfm": Raw{}} {
		b.Run(name, func(b *testing.B) {
			buf := make([]byte, 0, 512)
			b.ReportAllocs()
			for b.Loop() {
				buf = w.Append(buf[:0], tree)
			}
		})
	}
}
