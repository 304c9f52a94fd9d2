package format

import (
	"strings"
	"testing"
)

// The expectations were observed at a MediaWiki 1.39.
func TestXML(t *testing.T) {
	for name, c := range map[string]struct {
		fill func(Ref)
		want string
	}{
		"empty root":       {func(Ref) {}, `<api />`},
		"scalars":          {func(r Ref) { r.String("s", "x"); r.Int("i", -7); r.Float("f", 0.333); r.Float("g", 1) }, `<api s="x" i="-7" f="0.333" g="1" />`},
		"precision":        {func(r Ref) { r.Float("a", 1.0/3); r.Float("b", 1e42); r.Float("c", 1e14) }, `<api a="0.33333333333333" b="1.0E+42" c="1.0E+14" />`},
		"booleans":         {func(r Ref) { r.Bool("a", true); r.Bool("b", false); r.BCBool("c", true); r.BCBool("d", false) }, `<api a="" c="" />`},
		"null":             {func(r Ref) { r.Null("a") }, `<api />`},
		"object":           {func(r Ref) { r.Object("o").Int("a", 1); r.Object("e") }, `<api><o a="1" /><e /></api>`},
		"attributes first": {func(r Ref) { r.Object("o"); r.Int("a", 1) }, `<api a="1"><o /></api>`},
		"list of texts":    {func(r Ref) { r.Strings("rights", "r", []string{"a", "", "b"}) }, `<api><rights><r>a</r><r /><r>b</r></rights></api>`},
		"list without tag": {func(r Ref) { r.Strings("l", "", []string{"a"}) }, `<api><l><_v>a</_v></l></api>`},
		"list of all kinds": {func(r Ref) {
			l := r.List("l", "")
			l.Null("")
			l.Bool("", true)
			l.Bool("", false)
			l.BCBool("", true)
			l.BCBool("", false)
			l.Int("", 42)
			l.Object("").Int("x", 1)
			l.List("", "i").Int("", 2)
		}, `<api><l><_v /><_v>true</_v><_v>false</_v><_v>1</_v><_v /><_v>42</_v><_v x="1" /><_v><i>2</i></_v></l></api>`},
		"content":                       {func(r Ref) { o := r.Object("ns"); o.Content("name", "x"); o.Int("id", 1) }, `<api><ns id="1" xml:space="preserve">x</ns></api>`},
		"empty content":                 {func(r Ref) { r.Object("ns").Content("name", "") }, `<api><ns xml:space="preserve" /></api>`},
		"content beside child elements": {func(r Ref) { r.Content("docref", "x"); r.List("errors", "error"); r.Object("warnings") }, `<api><errors /><warnings /><docref xml:space="preserve">x</docref></api>`},
		"element":                       {func(r Ref) { r.Element("e", "x"); r.Int("a", 1) }, `<api a="1"><e xml:space="preserve">x</e></api>`},
		"sub-element":                   {func(r Ref) { r.Sub("s", "x"); r.Sub("e", ""); r.Int("a", 1) }, `<api a="1"><s xml:space="preserve">x</s><e xml:space="preserve" /></api>`},
		"keyed": {func(r Ref) {
			n := r.Keyed("namespaces", "ns")
			n.Object("-1").Int("id", -1)
			n.Object("0").Content("name", "Talk")
			n.Int("07", 3)
			n.Object("x")
		}, `<api><namespaces _07="3"><x /><ns _idx="-1" id="-1" /><ns _idx="0" xml:space="preserve">Talk</ns></namespaces></api>`},
		"numbered":               {func(r Ref) { n := r.Numbered("thumblimits", "limit"); n.Int("0", 120); n.Int("1", 150) }, `<api><thumblimits><limit _idx="0">120</limit><limit _idx="1">150</limit></thumblimits></api>`},
		"numbered without order": {func(r Ref) { n := r.Numbered("magiclinks", ""); n.Bool("ISBN", true); n.Bool("RFC", false) }, `<api><magiclinks ISBN="" /></api>`},
		"map": {func(r Ref) {
			m := r.Map("m", "", "_name")
			m.Int("x", 1)
			o := m.Object("y z")
			o.Int("z", 1)
			o.Bool("f", false)
			o.List("l", "i").Int("", 2)
			m.List("v", "i").Int("", 2)
			m.Null("n")
		}, `<api><m><_v _name="x" xml:space="preserve">1</_v>` +
			`<_v _name="y z"><z xml:space="preserve">1</z><f xml:space="preserve">false</f><l><i>2</i></l></_v>` +
			`<_v _name="v"><i>2</i></_v><_v _name="n" /></m></api>`},
		"pairs":     {func(r Ref) { r.Pairs("m", "i", "key").String("x", "1"); r.Pairs("e", "i", "key") }, `<api><m><i key="x" xml:space="preserve">1</i></m><e /></api>`},
		"attribute": {func(r Ref) { r.String("a", "\"'<>&\n\t\r\u2028\x7f\x01\uffff\xff") }, `<api a="&quot;&#039;&lt;&gt;&amp;&#10;&#9;&#13;` + "\u2028\x7f\ufffd\ufffd\ufffd" + `" />`},
		"text":      {func(r Ref) { r.List("l", "t").String("", "\"'<>&\n\t\r\x00é") }, `<api><l><t>"'&lt;&gt;&amp;` + "\n\t" + `&#13;` + "\ufffdé" + `</t></l></api>`},
		"names": {func(r Ref) {
			for _, key := range []string{"foo.bar", "", "foo bar", "foo:bar", "foo%.bar", "4foo", "foo4", "foo\u3000bar", "add-self", "_x", "é", "\u037e"} {
				r.Int(key, 1)
			}
		}, `<api foo.bar="1" _="1" _foo.20.bar="1" _foo.3A.bar="1" _foo.25..2E.bar="1" _4foo="1" foo4="1" _foo.3000.bar="1" add-self="1" __x="1" é="1" _.37E.="1" />`},
		"name of a tag": {func(r Ref) { r.Strings("l", "foo bar", []string{"a"}) }, `<api><l><_foo.20.bar>a</_foo.20.bar></l></api>`},
	} {
		got, complete := strings.CutPrefix(string(XML{}.Append(nil, build(c.fill))), `<?xml version="1.0"?>`)
		if !complete || got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestXMLNamespace(t *testing.T) {
	tree := build(func(r Ref) { r.Bool("batchcomplete", true); r.Object("query").Object("tokens") })
	want := `<?xml version="1.0"?><api batchcomplete="" xmlns="http://www.mediawiki.org/xml/api/"><query><tokens /></query></api>`
	if got := string(XML{Namespace: true}.Append(nil, tree)); got != want {
		t.Error(got)
	}
}

func TestXMLForPeople(t *testing.T) {
	tree := build(func(r Ref) {
		r.Bool("batchcomplete", true)
		r.Object("warnings").Object("main").Content("warnings", "x")
		r.Object("query").Strings("rights", "r", []string{"a", "b"})
		m := r.Map("m", "i", "k")
		m.Int("x", 1)
		m.Object("y").Int("z", 2)
	})
	want := `<?xml version="1.0"?>
<api batchcomplete="">
  <warnings>
    <main xml:space="preserve">x</main>
  </warnings>
  <query>
    <rights>
      <r>a</r>
      <r>b</r>
    </rights>
  </query>
  <m>
    <i k="x" xml:space="preserve">1</i>
    <i k="y">
      <z xml:space="preserve">2</z>
    </i>
  </m>
</api>`
	if got := string(XML{Indent: true}.Append(nil, tree)); got != want {
		t.Error(got)
	}
}
