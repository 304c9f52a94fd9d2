package modules

import (
	"net/url"
	"strings"
)

// markdown is a page of help as Markdown.
type markdown struct{ strings.Builder }

// blocks writes what an element holds, block by block.
func (m *markdown) blocks(e *element) {
	for _, child := range e.children {
		m.block(child)
	}
}

func (m *markdown) block(e *element) {
	class := e.attrs["class"]
	switch {
	case e.name == "":
	case strings.HasPrefix(e.name, "h"):
		m.WriteString(strings.Repeat("#", int(e.name[1]-'1')) + " " + inline(e) + "\n\n")
	case class == "trail", class == "note":
	case strings.HasPrefix(class, "flag"):
		m.WriteString("> " + inline(e) + "\n\n")
	case e.name == "p":
		m.WriteString(inline(e) + "\n\n")
	case class == "facts":
		var facts []string
		for _, item := range e.all("li") {
			facts = append(facts, inline(item))
		}
		m.WriteString(strings.Join(facts, " · ") + "\n\n")
	case e.name == "ul":
		for _, item := range e.all("li") {
			m.WriteString("- " + joined(item) + "\n")
		}
		m.WriteString("\n")
	case class == "values":
		m.values(e)
	case e.name == "dt":
		m.WriteString("### " + inline(e) + "\n\n")
	default:
		m.blocks(e)
	}
}

// values writes a list of terms.
func (m *markdown) values(e *element) {
	for _, child := range e.children {
		switch child.name {
		case "dt":
			m.WriteString("- " + inline(child) + ": ")
		case "dd":
			m.WriteString(joined(child) + "\n")
		}
	}
	m.WriteString("\n")
}

// joined is an item as one line; its paragraphs follow each other.
func joined(item *element) string {
	paragraphs := item.all("p")
	if len(paragraphs) == 0 {
		return inline(item)
	}
	var parts []string
	for _, p := range paragraphs {
		parts = append(parts, inline(p))
	}
	return strings.Join(parts, " ")
}

// inline is what stands in a line.
func inline(e *element) string {
	var b strings.Builder
	for _, child := range e.children {
		switch child.name {
		case "":
			b.WriteString(strings.NewReplacer("<", "\\<", "*", "\\*", "_", "\\_").Replace(child.text))
		case "code", "kbd", "samp", "var":
			b.WriteString("`" + child.content() + "`")
		case "a":
			b.WriteString(linked(child))
		case "span":
			text := inline(child)
			if strings.HasPrefix(child.attrs["class"], "mark") {
				text = "(" + strings.ToLower(text) + ")"
			}
			b.WriteString(text)
		default:
			b.WriteString(inline(child))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// linked is a link: to another page, to another site, or, for what only a
// server can answer, just its text.
func linked(a *element) string {
	text, href := inline(a), a.attrs["href"]
	if a.attrs["class"] == "sandbox" {
		return ""
	}
	u, err := url.Parse(href)
	if err != nil {
		return text
	}
	if u.Host != "" {
		return "[" + text + "](" + href + ")"
	}
	if strings.HasPrefix(href, "#") {
		return "[" + text + "](" + u.Fragment + ".md)"
	}
	if modules := u.Query().Get("modules"); u.Query().Get("action") == "help" && modules != "" && text != "" && !strings.Contains(text, "api.php") {
		return "[" + text + "](" + modules + ".md)"
	}
	return text
}
