package format

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestRandomTreesReadBackFromXML(t *testing.T) { rapid.Check(t, checkXML) }
func FuzzXML(f *testing.F)                        { f.Fuzz(rapid.MakeFuzz(checkXML)) }

// element is an XML element with text or children.
type element struct {
	name  string
	attrs map[string]string
	text  string
	kids  []element
}

func checkXML(t *rapid.T) {
	m := drawTree(t, plainKey)
	want := m.element("api", map[string]string{})
	for _, indent := range []bool{false, true} {
		out := string(XML{Indent: indent}.Append(nil, m.tree()))
		got, err := readXML(out)
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s:\ngot  %#v\nwant %#v", out, got, want)
		}
	}
}

// readXML reads a document. Blanks between elements do not count.
func readXML(text string) (element, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	stack := []element{{}}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return element{}, err
		}
		top := &stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: rawName(token.Name), attrs: map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := e.attrs[rawName(a.Name)]; twice {
					return element{}, errors.New("an attribute stands there twice")
				}
				e.attrs[rawName(a.Name)] = a.Value
			}
			stack = append(stack, e)
		case xml.EndElement:
			done := *top
			if done.name != rawName(token.Name) {
				return element{}, errors.New("wrong end tag")
			}
			if len(done.kids) > 0 {
				done.text = strings.TrimSpace(done.text)
			}
			stack = stack[:len(stack)-1]
			stack[len(stack)-1].kids = append(stack[len(stack)-1].kids, done)
		case xml.CharData:
			top.text += string(token)
		}
	}
	if len(stack) != 1 || len(stack[0].kids) != 1 {
		return element{}, errors.New("not one root")
	}
	return stack[0].kids[0], nil
}

func rawName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// element is what XML makes of a node.
func (m model) element(name string, attrs map[string]string) element {
	e := element{name: name, attrs: attrs}
	if !m.kind.container() {
		e.text = m.xmlText()
		return e
	}
	var content *model
	var named, members []element
	for i, k := range m.kids {
		switch {
		case m.kind == kindMap || m.kind == kindPairs:
			members = append(members, k.entry(m.memberName(), m.name))
		case m.kind == kindList:
			members = append(members, k.element(m.memberName(), map[string]string{}))
		case isNumber(k.key):
			members = append(members, k.element(m.memberName(), map[string]string{"_idx": k.key}))
		case k.role == roleContent:
			content = &m.kids[i]
		case k.role == roleSub, k.kind.container():
			named = append(named, k.child())
		case k.kind == kindNull:
		case k.kind == kindBool || k.kind == kindBCBool:
			if k.num == 1 {
				attrs[xmlName(k.key)] = ""
			}
		default:
			attrs[xmlName(k.key)] = k.xmlText()
		}
	}
	switch {
	case content == nil:
	case named == nil && members == nil:
		attrs["xml:space"], e.text = "preserve", content.xmlText()
	default:
		named = append(named, content.child())
	}
	e.kids = append(named, members...)
	return e
}

// child is a node under its own name, where it cannot be an attribute.
func (m model) child() element {
	attrs := map[string]string{}
	if !m.kind.container() && m.kind != kindNull {
		attrs["xml:space"] = "preserve"
	}
	return m.element(xmlName(m.key), attrs)
}

// entry is a node as a member of a map.
func (m model) entry(name, keyName string) element {
	attrs := map[string]string{keyName: xmlClean(m.key)}
	if !m.kind.container() {
		if m.kind != kindNull {
			attrs["xml:space"] = "preserve"
		}
		return element{name: name, attrs: attrs, text: m.xmlText()}
	}
	var named, members []element
	for _, k := range m.kids {
		switch {
		case m.kind == kindMap || m.kind == kindPairs:
			members = append(members, k.entry(m.memberName(), m.name))
		case m.kind == kindList:
			members = append(members, k.element(m.memberName(), map[string]string{}))
		case isNumber(k.key):
			members = append(members, k.element(m.memberName(), map[string]string{"_idx": k.key}))
		default:
			named = append(named, k.child())
		}
	}
	return element{name: name, attrs: attrs, kids: append(named, members...)}
}

func (m model) memberName() string {
	if m.tag == "" {
		return "_v"
	}
	return xmlName(m.tag)
}

func isNumber(key string) bool {
	n, err := strconv.ParseInt(key, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == key
}

func (m model) xmlText() string {
	switch m.kind {
	case kindString:
		return xmlClean(m.text)
	case kindInt:
		return strconv.FormatInt(m.num, 10)
	case kindFloat:
		return string(appendPHPFloat(nil, m.frac, phpPrecision))
	case kindBool:
		return strconv.FormatBool(m.num == 1)
	case kindBCBool:
		return strings.Repeat("1", int(m.num))
	}
	return ""
}

// xmlClean is a text as XML can hold it.
func xmlClean(s string) string {
	out := ""
	for _, r := range s {
		if r < ' ' && !strings.ContainsRune("\t\r\n", r) || r == 0xFFFE || r == 0xFFFF {
			r = utf8.RuneError
		}
		out += string(r)
	}
	return out
}

// Names are legal, and no two keys have the same.
func TestEveryXMLNameIsLegalAndReadsBack(t *testing.T) {
	legal := regexp.MustCompile(`^[_A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}` +
		`\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}]` +
		`[-._0-9A-Za-z\x{B7}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{203F}-\x{2040}\x{2070}-\x{218F}` +
		`\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}]*$`)
	escape := regexp.MustCompile(`\.([0-9A-F]+)\.`)
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9._ :%-]{0,8}`)).Filter(utf8.ValidString).Draw(t, "key")
		name := xmlName(key)
		if !legal.MatchString(name) {
			t.Fatalf("%q becomes %q", key, name)
		}
		back := name
		if rest, mangled := strings.CutPrefix(name, "_"); mangled {
			back = escape.ReplaceAllStringFunc(rest, func(hex string) string {
				r, err := strconv.ParseInt(strings.Trim(hex, "."), 16, 32)
				if err != nil {
					t.Fatal(err)
				}
				return string(rune(r))
			})
		}
		if back != key {
			t.Fatalf("%q becomes %q, and that %q", key, name, back)
		}
	})
}
