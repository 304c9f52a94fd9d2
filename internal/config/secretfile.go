package config

import (
	"os"
	"runtime"
	"strings"

	"github.com/wikigate/wikigate/internal/secret"
)

// minSecret is the length of the shortest secret that is not a mistake.
const minSecret = 16

// secretFile is the path of a file with one secret. The dump shows the path
// and never what stands in the file.
func secretFile() kind[SecretFile] {
	return kind[SecretFile]{
		typ:      "file",
		expected: "the path of a file that only its owner and group can read, with one line of at least 16 characters, or nothing",
		parse:    readSecretFile,
		format:   func(f SecretFile) string { return f.Path },
	}
}

func readSecretFile(path string) (f SecretFile, ok bool) {
	if path == "" {
		return f, true
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return f, false
	}
	content, err := os.ReadFile(path)
	line := strings.TrimRight(string(content), "\r\n")
	if err != nil || len(line) < minSecret || strings.ContainsAny(line, "\r\n\x00") {
		return f, false
	}
	return SecretFile{Path: path, Content: secret.New(line)}, true
}
