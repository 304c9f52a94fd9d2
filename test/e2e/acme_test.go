package e2e

import (
	"crypto/tls"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// A server gets its certificate from a directory by itself, by either kind of
// challenge, keeps it for the next start, and has none for other names.
func TestACME(t *testing.T) {
	t.Parallel()
	for _, challenge := range []string{"tls-alpn-01", "http-01"} {
		t.Run(challenge, func(t *testing.T) {
			t.Parallel()
			https, redirect, data := freeAddress(t), freeAddress(t), t.TempDir()
			directory := newACMEServer(t, challenge, https, redirect)
			options := []string{
				"--listen", https, "--redirect-listen", redirect, "--acme-domains", "login.test",
				"--acme-email", "admin@login.test", "--acme-directory", directory.URL + "/directory",
			}
			for range 2 { // the second start has the certificate already
				s := testserver.StartOn(t, data, options...)
				if s.API != "https://login.test/w/api.php" {
					t.Errorf("the address is %s", s.API)
				}
				eventually(t, "the certificate", func() bool { return strings.Contains(s.Stderr(), "the certificate is there") })
				conn, err := tls.Dial("tcp", https, &tls.Config{RootCAs: directory.roots, ServerName: "login.test"})
				if err != nil {
					t.Fatal(err)
				}
				_ = conn.Close()
				if conn, err := tls.Dial("tcp", https, &tls.Config{ServerName: "other.test", InsecureSkipVerify: true}); err == nil {
					_ = conn.Close()
					t.Error("there is a certificate for a name that was not configured")
				}
				s.Stop()
			}
			if orders, contact := directory.ordered(); orders != 1 || !slices.Equal(contact, []string{"mailto:admin@login.test"}) {
				t.Errorf("%d orders, contact %q", orders, contact)
			}
			keptPrivate(t, filepath.Join(data, "acme"))
		})
	}
}

// keptPrivate demands that nobody else can read what is in a folder.
func keptPrivate(t *testing.T, folder string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		files++
		return err
	})
	if err != nil || files < 3 {
		t.Errorf("%d files in %s, %v", files, folder, err)
	}
}

// A directory that is not there keeps nobody from starting: the next client
// that asks for the certificate makes a new attempt.
func TestACMEWithoutDirectory(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, "--acme-domains", "login.test", "--acme-directory", "http://"+freeAddress(t)+"/directory")
	eventually(t, "the warning", func() bool { return strings.Contains(s.Stderr(), "no certificate could be fetched") })
	s.Stop()
}
