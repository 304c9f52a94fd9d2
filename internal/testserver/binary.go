package testserver

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Binary returns the path of the binary to test. With -short it skips the test.
func Binary(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starting no server")
	}
	if path := os.Getenv("WIKIGATE_TEST_BINARY"); path != "" {
		return path
	}
	path, err := built()
	if err != nil {
		t.Fatalf("building wikigate: %v", err)
	}
	return path
}

// built builds the binary when it is first called and remembers the outcome.
var built = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	if err := dependOnSources(root); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(processFolder(), "wikigate-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "wikigate")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.Command("go", "build", "-o", path, "./cmd/wikigate")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(output)))
	}
	return path, nil
})

// processFolder is a folder that goes away with this test process: the one
// `go test` keeps the test program in. A test program that was compiled to
// stay has none, and the system's temporary folder is used.
func processFolder() string {
	program, err := os.Executable()
	if err != nil || !strings.Contains(program, "go-build") {
		return ""
	}
	return filepath.Dir(program)
}

// dependOnSources looks at everything the binary is made of. `go test` reuses
// an earlier result unless a file the test has looked at has changed, and what
// a compiler reads on the test's behalf does not count.
func dependOnSources(root string) error {
	for _, folder := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(_ string, _ fs.DirEntry, err error) error {
			return err
		})
		if err != nil {
			return err
		}
	}
	_, err := os.Stat(filepath.Join(root, "go.sum"))
	return err
}

// moduleRoot is the nearest folder above the test that holds a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the test")
		}
		dir = parent
	}
}
