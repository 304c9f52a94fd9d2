package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// String writes the finding: the sequence, the differences and both answers.
func (f *Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "=== %s\n", f.Signature())
	fmt.Fprintf(&b, "# sequence %d\n%s\n", f.Sequence.Number, f.Sequence)
	for _, d := range f.Differences[:min(len(f.Differences), 12)] {
		fmt.Fprintf(&b, "DIFFERS %s\n   ours:   %s\n   theirs: %s\n", d.Place, d.Ours, d.Theirs)
	}
	fmt.Fprintf(&b, "\n--- ours\n%s\n--- theirs\n%s\n", answerText(f.Ours), answerText(f.Theirs))
	return b.String()
}

// answerText shows an answer, without the headers that are not compared.
func answerText(a *conformance.Answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", a.Status)
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		if name == "Set-Cookie" || !slices.Contains(ownHeaders, name) {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(a.Header[name], "\n   "))
		}
	}
	const most = 1200
	body := string(a.Body)
	if len(body) > most {
		body = body[:most] + "…"
	}
	return b.String() + "\n" + body + "\n"
}
