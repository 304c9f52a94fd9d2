package modules

import "strings"

// Pages knows the addresses of pages.
type Pages struct {
	Server      string // public address without a path, such as https://wiki.example
	ArticlePath string // "/wiki/$1"
}

// Path is the path of a page on the server.
func (p Pages) Path(title string) string {
	return strings.Replace(p.ArticlePath, "$1", encodeTitle(title), 1)
}

// Address is the whole address of a page.
func (p Pages) Address(title string) string { return p.Server + p.Path(title) }
