package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// place is where in a tree a comparison stands.
type place struct {
	path   string
	key    string // of the nearest member with a name
	people bool   // below warnings or errors, where texts are prose
}

// peopleKeys lead to what people read.
var peopleKeys = []string{"warnings", "errors", "error", "warning", "reason", "cancreateerror"}

func (p place) at(key string) place {
	if key == "" || strings.HasPrefix(key, "#") {
		return place{p.path + "[]", p.key, p.people}
	}
	name := strings.TrimPrefix(key, "@")
	return place{p.path + "." + key, name, p.people || slices.Contains(peopleKeys, name)}
}

// trees compares two values and what is below them.
func (c *comparison) trees(at place, ours, theirs tree) {
	if ours.kind == "element" && theirs.kind == "element" {
		at = at.at(ours.text)
		if ours.text != theirs.text {
			c.texts(at.path+" (element)", ours.text, theirs.text)
			return
		}
	} else if ours.kind != theirs.kind {
		c.texts(at.path, ours.summary(), theirs.summary())
		return
	}
	switch ours.kind {
	case "object":
		c.objects(at, ours, theirs)
	case "element":
		c.elements(at, ours, theirs)
	case "array":
		c.lists(at, ours.members, theirs.members)
	default:
		c.texts(at.path, plainLeaf(at, ours), plainLeaf(at, theirs))
	}
}

// objects compares members by key, and then the order of the keys.
func (c *comparison) objects(at place, ours, theirs tree) {
	var our, their []string
	ours.members, theirs.members = withoutExtensions(ours.members), withoutExtensions(theirs.members)
	for _, m := range ours.members {
		other, both := theirs.find(m.key)
		if !both {
			c.texts(at.at(m.key).path, m.value.summary(), "(none)")
			continue
		}
		our = append(our, m.key)
		c.trees(at.at(m.key), m.value, other)
	}
	for _, m := range theirs.members {
		if _, both := ours.find(m.key); !both {
			c.texts(at.at(m.key).path, "(none)", m.value.summary())
			continue
		}
		their = append(their, m.key)
	}
	c.texts(at.path+" (order)", strings.Join(our, " "), strings.Join(their, " "))
}

// elements compares attributes by name, and then text and children in turn.
func (c *comparison) elements(at place, ours, theirs tree) {
	isChild := func(m member) bool { return m.key == "" }
	attributes := func(t tree) tree {
		return tree{kind: "object", members: slices.DeleteFunc(slices.Clone(t.members), isChild)}
	}
	children := func(t tree) []member {
		return slices.DeleteFunc(slices.Clone(t.members), func(m member) bool { return !isChild(m) })
	}
	c.objects(at, attributes(ours), attributes(theirs))
	c.lists(at, children(ours), children(theirs))
}

func (c *comparison) lists(at place, ours, theirs []member) {
	ours, theirs = withoutExtensions(ours), withoutExtensions(theirs)
	if len(ours) != len(theirs) {
		c.texts(at.path+" (entries)", list(ours), list(theirs))
		return
	}
	for i := range ours {
		c.trees(at.at(""), ours[i].value, theirs[i].value)
	}
}

// ofExtensions are rights and limits that the extensions OATHAuth and
// ConfirmEdit bring to a MediaWiki.
var ofExtensions = []string{
	"skipcaptcha", "oathauth-enable", "oathauth-disable-for-user", "oathauth-verify-user", "oathauth-view-log", "oathauth-api-all",
	"badcaptcha", "badoath",
}

// withoutExtensions leaves those out of a list or an object.
func withoutExtensions(members []member) []member {
	kept := slices.DeleteFunc(slices.Clone(members), func(m member) bool {
		text := m.value.text
		if m.value.kind == "element" && len(m.value.members) == 1 && m.value.members[0].key == "" {
			text = m.value.members[0].value.text
		}
		return slices.Contains(ofExtensions, text) || slices.Contains(ofExtensions, m.key) || slices.Contains(ofExtensions, m.value.text)
	})
	if len(kept) < len(members) {
		renumber(kept)
	}
	return kept
}

// renumber closes gaps in a list of PHP, whose entries have numbers.
func renumber(members []member) {
	for i, m := range members {
		if !strings.HasPrefix(m.key, "#") {
			return
		}
		members[i].key = "#" + strconv.Itoa(i)
	}
}

// list shows the entries of a list.
func list(members []member) string {
	texts := make([]string, len(members))
	for i, m := range members {
		texts[i] = m.value.summary()
	}
	return fmt.Sprintf("%d: %s", len(members), strings.Join(texts, ", "))
}

// summary shows a value in a report.
func (t tree) summary() string {
	switch t.kind {
	case "null":
		return "null"
	case "string":
		return fmt.Sprintf("%q", plainSecret(t.text))
	case "bool", "number":
		return t.text
	case "element":
		if len(t.members) == 1 && t.members[0].value.kind == "string" {
			return fmt.Sprintf("<%s>%q", t.text, plainSecret(t.members[0].value.text))
		}
		return "<" + t.text + ">"
	case "array":
		return "[" + list(t.members) + "]"
	}
	keys := make([]string, len(t.members))
	for i, m := range t.members {
		keys[i] = m.key
	}
	return "{" + strings.Join(keys, " ") + "}"
}
