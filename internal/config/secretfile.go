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
	return fileOfSecret("one line of at least 16 characters", minSecret)
}

// foreignSecretFile is one with a secret that others have chosen, of whatever
// length.
func foreignSecretFile() kind[SecretFile] { return fileOfSecret("one line", 1) }

func fileOfSecret(content string, shortest int) kind[SecretFile] {
	return kind[SecretFile]{
		typ:      "file",
		expected: "the path of a file that only its owner and group can read, with " + content + ", or nothing",
		parse:    func(path string) (SecretFile, bool) { return readSecretFile(path, shortest) },
		format:   func(f SecretFile) string { return f.Path },
	}
}

func readSecretFile(path string, shortest int) (f SecretFile, ok bool) {
	if path == "" {
		return f, true
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return f, false
	}
	content, err := os.ReadFile(path)
	line := strings.TrimRight(string(content), "\r\n")
	if err != nil || len(line) < shortest || strings.ContainsAny(line, "\r\n\x00") {
		return f, false
	}
	return SecretFile{Path: path, Content: secret.New(line)}, true
}
