package modules

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

var update = flag.Bool("update", false, "write docs/api anew")

// referenceFolder holds a page of Markdown for each module. They are made from
// the pages of action=help, so from the modules' own data and the English texts.
const referenceFolder = "../../docs/api"

const referenceHead = `# API reference

<!-- Written by the test of internal/modules from the modules themselves; do not edit. -->

Every module of ` + "`api.php`" + `, with its parameters. A running server shows the same pages, in several languages, at ` + "`api.php?action=help`" + `, and gives them to programs by ` + "`action=paraminfo`" + `.

- [What all requests share](main.md)
`

func TestAPIReferenceIsFresh(t *testing.T) {
	pages := referencePages(t)
	if *update {
		must(t, os.RemoveAll(referenceFolder))
		must(t, os.MkdirAll(referenceFolder, 0o755))
		for name, page := range pages {
			must(t, os.WriteFile(filepath.Join(referenceFolder, name), []byte(page), 0o644))
		}
	}
	const remedy = "run: go test ./internal/modules -run APIReference -update"
	for name, page := range pages {
		if content, err := os.ReadFile(filepath.Join(referenceFolder, name)); err != nil || string(content) != page {
			t.Errorf("docs/api/%s is stale (%v); %s", name, err, remedy)
		}
	}
	files, err := os.ReadDir(referenceFolder)
	must(t, err)
	for _, file := range files {
		if _, ok := pages[file.Name()]; !ok {
			t.Errorf("docs/api/%s is about nothing; %s", file.Name(), remedy)
		}
	}
}

// referencePages are the pages by their names.
func referencePages(t *testing.T) map[string]string {
	t.Helper()
	r := newRig(t, withKeys, withOathRights())
	c := r.client(t)
	pages := map[string]string{}
	lists := map[string]string{}
	texts, err := builtInMessages()
	must(t, err)
	for _, m := range r.described(t) {
		name := m.Path + ".md"
		body := parsePage(t, c.helpOf("modules="+exampleQuery(strings.ReplaceAll(m.Path, "+", "%2B"))).Body).all("section")[0]
		var page markdown
		page.blocks(body)
		pages[name] = strings.TrimRight(page.String(), "\n") + "\n"
		if m.About.Group != "" {
			lists[m.About.Group] += "- [" + referenceName(m) + "](" + name + "): " + texts.Plain(m.Summary()) + "\n"
		}
	}
	index := referenceHead
	for _, group := range []struct{ key, title string }{
		{"action", "Actions"}, {"meta", "About the site and the session"}, {"list", "Lists"}, {"prop", "About pages"}, {"format", "Formats"},
	} {
		if lists[group.key] != "" {
			index += "\n## " + group.title + "\n\n" + lists[group.key]
		}
	}
	pages["README.md"] = index
	return pages
}

func referenceName(m *actionapi.Module) string {
	if m.About.Group == "prop" || m.About.Group == "list" || m.About.Group == "meta" {
		return "`action=query&" + m.About.Group + "=" + m.Name + "`"
	}
	return "`" + m.About.Group + "=" + m.Name + "`"
}
