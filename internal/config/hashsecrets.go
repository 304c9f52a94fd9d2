package config

import (
	"os"
	"regexp"
	"strings"

	"github.com/wikigate/wikigate/internal/secret"
)

// HashSecrets are secrets under which a MediaWiki has encrypted hashes, by the
// name of the type and in the order of their numbers.
type HashSecrets struct {
	Path   string
	ByType map[string][]secret.Secret
}

// hashSecretLine is a line of the file.
var hashSecretLine = regexp.MustCompile(`\A([A-Za-z0-9_-]+): (\S.*)\z`)

// hashSecretFile is the path of a file with such secrets. The dump shows the
// path and never what stands in the file.
func hashSecretFile() kind[HashSecrets] {
	return kind[HashSecrets]{
		typ:      "file",
		expected: "the path of a file that only its owner and group can read, with lines \"TYPE: SECRET\", or nothing",
		parse:    readHashSecrets,
		format:   func(s HashSecrets) string { return s.Path },
		why:      troubleWithSecretFile,
	}
}

func readHashSecrets(path string) (s HashSecrets, ok bool) {
	if path == "" {
		return s, true
	}
	if troubleWithSecretFile(path) != "" {
		return s, false
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return s, false
	}
	s = HashSecrets{Path: path, ByType: map[string][]secret.Secret{}}
	for line := range strings.SplitSeq(strings.TrimRight(string(content), "\r\n"), "\n") {
		m := hashSecretLine.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil {
			return s, false
		}
		s.ByType[m[1]] = append(s.ByType[m[1]], secret.New(m[2]))
	}
	return s, true
}
