package modules

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// element is a part of a page: an element, or a text when it has no name.
type element struct {
	name     string
	attrs    map[string]string
	text     string
	children []*element
}

// parsePage reads a page that is XML as well as HTML. What is not well-formed
// fails the test.
func parsePage(t testing.TB, page string) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = true
	root := &element{name: "page"}
	open := []*element{root}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v\n%s", err, page)
		}
		at := open[len(open)-1]
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attrs: map[string]string{}}
			for _, a := range x.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			at.children = append(at.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			at.children = append(at.children, &element{text: string(x)})
		}
	}
	return root
}

// walk visits an element and all below it.
func (e *element) walk(visit func(*element)) {
	visit(e)
	for _, child := range e.children {
		child.walk(visit)
	}
}

// all are the elements of a name.
func (e *element) all(name string) (found []*element) {
	e.walk(func(x *element) {
		if x.name == name {
			found = append(found, x)
		}
	})
	return found
}

// content is the text of an element, with single spaces.
func (e *element) content() string {
	var b strings.Builder
	e.walk(func(x *element) { b.WriteString(x.text) })
	return strings.Join(strings.Fields(b.String()), " ")
}
