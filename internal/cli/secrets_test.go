package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// blockingReader never has anything to read.
func blockingReader(t *testing.T) io.Reader {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close(); _ = r.Close() })
	return r
}

func TestSecretOnStandardInput(t *testing.T) {
	cases := []struct{ input, want, fault string }{
		{input: "pass word", want: "pass word"},
		{input: "pass word\n", want: "pass word"},
		{input: "pass word\r\n", want: "pass word"},
		{input: " \tblank \n", want: " \tblank "},
		{input: "", fault: "the secret is empty"},
		{input: "\n", fault: "the secret is empty"},
		{input: "a\nb", fault: "the secret has more than one line"},
		{input: "a\n\n", fault: "the secret has more than one line"},
		{input: "a\x00b", fault: "the secret has more than one line"},
		{input: strings.Repeat("a", maxSecret+1), fault: "the secret is longer than 65536 bytes"},
	}
	for _, c := range cases {
		got, err := readSecret(t.Context(), strings.NewReader(c.input), "the secret")
		if c.fault == "" && (err != nil || got.Reveal() != c.want) {
			t.Errorf("%q: got %q, %v", c.input, got.Reveal(), err)
		}
		if c.fault != "" && (err == nil || err.Error() != c.fault || codeOf(err) != exitRefused) {
			t.Errorf("%q: error %v, want %q", c.input, err, c.fault)
		}
	}
}

func TestPasswordFile(t *testing.T) {
	dir := t.TempDir()
	good, empty := filepath.Join(dir, "good"), filepath.Join(dir, "empty")
	for path, content := range map[string]string{good: "pass word\n", empty: ""} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	must(t, data, "", "account", "create", "Alice", "--password-file", good)
	refused(t, data, "", exitRefused, "the password in "+empty+" is empty", "account", "create", "Bob", "--password-file", empty)
	refused(t, data, "", exitFailure, "open "+empty+"2: no such file or directory", "account", "create", "Bob", "--password-file", empty+"2")
}
