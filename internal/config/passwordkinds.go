package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// words is a list of known words, each at most once.
func words(known ...string) kind[[]string] {
	k := listOf("some of "+strings.Join(known, ", ")+", with commas between them",
		func(s string) (string, bool) { return s, slices.Contains(known, s) }, same)
	parse := k.parse
	k.parse = func(s string) ([]string, bool) {
		all, ok := parse(s)
		return all, ok && !repeats(all)
	}
	return k
}

// schemes is a list of URL schemes (RFC 3986, section 3.1).
func schemes() kind[[]string] {
	return listOf("URL schemes with commas between them, such as my-app, org.example.app, or nothing",
		func(s string) (string, bool) {
			s = strings.ToLower(s)
			return s, schemeName.MatchString(s) && !slices.Contains(scriptSchemes, s)
		}, func(s string) string { return s })
}

var (
	schemeName    = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)
	scriptSchemes = []string{"javascript", "data", "vbscript", "blob", "file"}
)

// groupName is the form of names of groups.
var groupName = regexp.MustCompile(`^[a-z*][a-z0-9-]*$`)

// groupNames is a list of groups, each at most once. Nobody means everybody by
// it, so * is none of them.
func groupNames() kind[[]string] {
	k := listOf("names of groups with commas between them, such as bot, sysop, or nothing",
		func(s string) (string, bool) { return s, s != "*" && groupName.MatchString(s) }, same)
	parse := k.parse
	k.parse = func(s string) ([]string, bool) {
		all, ok := parse(s)
		return all, ok && !repeats(all)
	}
	return k
}

// groupLengths is a list of groups with numbers of bytes.
func groupLengths() kind[[]GroupLength] {
	k := listOf("GROUP:BYTES with commas between them, such as sysop:10, bot:20", parseGroupLength,
		func(g GroupLength) string { return g.Group + ":" + strconv.Itoa(g.Length) })
	parse := k.parse
	k.parse = func(s string) ([]GroupLength, bool) {
		all, ok := parse(s)
		names := make([]string, 0, len(all))
		for _, g := range all {
			names = append(names, g.Group)
		}
		return all, ok && !repeats(names)
	}
	return k
}

func parseGroupLength(s string) (GroupLength, bool) {
	group, length, found := strings.Cut(s, ":")
	n, err := strconv.ParseUint(strings.TrimSpace(length), 10, 10)
	return GroupLength{Group: group, Length: int(n)}, found && groupName.MatchString(group) && err == nil && n > 0
}

// repeats reports whether a word stands in the list twice.
func repeats(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) < len(list)
}
