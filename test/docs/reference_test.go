package docs

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// The API reference has a page for each module of the real program, and no
// other.
func TestReferenceIsAboutTheProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the program is started")
	}
	res, err := http.Get(testserver.Start(t, "--webauthn-id=wiki.example", "--webauthn-origins=https://wiki.example").API + "?action=paraminfo&modules=main|**&format=json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var answer struct {
		ParamInfo struct{ Modules []struct{ Path string } }
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	want := []string{"README.md"}
	for _, m := range answer.ParamInfo.Modules {
		want = append(want, m.Path+".md")
	}
	files, err := os.ReadDir(filepath.Join(root, "docs/api"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Name())
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("docs/api has %v, the program %v", got, want)
	}
}
