package config

import (
	"errors"
	"io/fs"
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
		why:      troubleWithSecretFile,
	}
}

// troubleWithFile is why a file cannot be read; empty: it can.
func troubleWithFile(path string) string {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case err != nil:
		return "it cannot be looked at"
	case !info.Mode().IsRegular():
		return "it is no file"
	}
	f, err := os.Open(path)
	if err != nil {
		return "it cannot be read"
	}
	_ = f.Close() // nothing was written
	return ""
}

// troubleWithSecretFile is why a file cannot be one that holds secrets,
// whatever stands in it.
func troubleWithSecretFile(path string) string {
	why := troubleWithFile(path)
	if info, err := os.Stat(path); why == "" && err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return "others than its owner and group may use it"
	}
	return why
}

func readSecretFile(path string, shortest int) (f SecretFile, ok bool) {
	if path == "" {
		return f, true
	}
	if troubleWithSecretFile(path) != "" {
		return f, false
	}
	content, err := os.ReadFile(path)
	line := strings.TrimRight(string(content), "\r\n")
	if err != nil || len(line) < shortest || strings.ContainsAny(line, "\r\n\x00") {
		return f, false
	}
	return SecretFile{Path: path, Content: secret.New(line)}, true
}
