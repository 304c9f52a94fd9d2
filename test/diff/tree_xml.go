package diff

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// parseXML reads one document. Namespaces stand in the names as written.
func parseXML(body []byte) (tree, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	open := []tree{{kind: "element"}}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return tree{}, err
		}
		last := len(open) - 1
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, element(token))
		case xml.EndElement:
			if last == 0 {
				return tree{}, fmt.Errorf("</%s> ends nothing", xmlName(token.Name))
			}
			open[last-1].members = append(open[last-1].members, member{value: open[last]})
			open = open[:last]
		case xml.CharData:
			open[last].members = append(open[last].members, member{value: tree{kind: "string", text: string(token)}})
		}
	}
	if len(open) != 1 || len(open[0].members) != 1 {
		return tree{}, errors.New("the document is not one element")
	}
	return open[0].members[0].value, nil
}

func element(start xml.StartElement) tree {
	t := tree{kind: "element", text: xmlName(start.Name)}
	for _, a := range start.Attr {
		t.members = append(t.members, member{"@" + xmlName(a.Name), tree{kind: "string", text: a.Value}})
	}
	return t
}

func xmlName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
