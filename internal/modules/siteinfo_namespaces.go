package modules

import (
	"context"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// namespace is one kind of page. A server without pages has them all the same:
// they decide what a title is.
type namespace struct {
	key        string // id as a text
	id         int64
	name       string
	canonical  string
	subpages   bool
	protection string // right needed to edit; empty: none of its own
}

// namespacesOf are MediaWiki's namespaces, of which two carry the site's name
// (MediaWiki: includes/title/NamespaceInfo.php).
func namespacesOf(siteName string) []namespace {
	project := strings.ReplaceAll(siteName, "_", " ")
	list := []namespace{
		{id: -2, canonical: "Media"},
		{id: -1, canonical: "Special"},
		{id: 0},
		{id: 1, canonical: "Talk", subpages: true},
		{id: 2, canonical: "User", subpages: true},
		{id: 3, canonical: "User talk", subpages: true},
		{id: 4, canonical: "Project", subpages: true, name: project},
		{id: 5, canonical: "Project talk", subpages: true, name: project + " talk"},
		{id: 6, canonical: "File"},
		{id: 7, canonical: "File talk", subpages: true},
		{id: 8, canonical: "MediaWiki", subpages: true, protection: "editinterface"},
		{id: 9, canonical: "MediaWiki talk", subpages: true},
		{id: 10, canonical: "Template", subpages: true},
		{id: 11, canonical: "Template talk", subpages: true},
		{id: 12, canonical: "Help", subpages: true},
		{id: 13, canonical: "Help talk", subpages: true},
		{id: 14, canonical: "Category"},
		{id: 15, canonical: "Category talk", subpages: true},
	}
	for i := range list {
		list[i].key = strconv.FormatInt(list[i].id, 10)
		if list[i].name == "" {
			list[i].name = list[i].canonical
		}
	}
	return list
}

func (s *site) namespaces(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	all := out.Keyed("namespaces", "ns")
	for i := range s.spaces {
		n := &s.spaces[i]
		o := all.Object(n.key)
		o.Int("id", n.id)
		o.String("case", firstLetter)
		o.Content("name", n.name)
		o.Bool("subpages", n.subpages)
		if n.canonical != "" {
			o.String("canonical", n.canonical)
		}
		o.Bool("content", n.id == 0)
		o.Bool("nonincludable", false)
		if n.protection != "" {
			o.String("namespaceprotection", n.protection)
		}
	}
	return nil
}

func (s *site) namespaceAliases(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	list := out.List("namespacealiases", "ns")
	for _, a := range [...]struct {
		id    int64
		alias string
	}{{6, "Image"}, {7, "Image talk"}} {
		o := list.Object("")
		o.Int("id", a.id)
		o.Content("alias", a.alias)
	}
	return nil
}
