package qrcode

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/fail"
)

const uri = "otpauth://totp/Wikigate%3ATfa?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Wikigate"

func encoded(t *testing.T, text string) Code {
	t.Helper()
	c, err := Of(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Both drawings hold the modules of the code, each at its place: the finder
// patterns (ISO/IEC 18004, 6.3.3) show where the corners are.
func TestDrawingsAgreeWithTheCode(t *testing.T) {
	c := encoded(t, uri)
	lines := strings.Split(strings.TrimSuffix(c.Text(), "\n"), "\n")
	light := func(x, y int) bool {
		r := []rune(lines[y/2])[x]
		return r == '█' || y%2 == 0 && r == '▀' || y%2 == 1 && r == '▄'
	}
	drawn := svgModules(t, c)
	for y := range c.size() {
		for x := range c.size() {
			if light(x, y) == c.dark(x, y) {
				t.Fatalf("the text is wrong at %d, %d", x, y)
			}
			if drawn[[2]int{x, y}] != c.dark(x, y) {
				t.Fatalf("the picture is wrong at %d, %d", x, y)
			}
			if border := min(x, y, c.size()-1-x, c.size()-1-y) < quiet; border && c.dark(x, y) {
				t.Fatalf("the border is dark at %d, %d", x, y)
			}
		}
	}
	finder := []string{"#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"}
	for _, corner := range [][2]int{{quiet, quiet}, {c.size() - quiet - 7, quiet}, {quiet, c.size() - quiet - 7}} {
		for y, row := range finder {
			for x, want := range row {
				if c.dark(corner[0]+x, corner[1]+y) != (want == '#') {
					t.Fatalf("no finder pattern at %v", corner)
				}
			}
		}
	}
}

// svgModules reads the dark modules out of the picture.
func svgModules(t *testing.T, c Code) map[[2]int]bool {
	t.Helper()
	var picture struct {
		ViewBox string `xml:"viewBox,attr"`
		Path    struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(c.SVG()), &picture); err != nil {
		t.Fatal(err)
	}
	dark := map[[2]int]bool{}
	for _, run := range strings.Split(strings.TrimSuffix(picture.Path.D, "z"), "z") {
		var x, y, w, back int
		if n, err := scan(run, &x, &y, &w, &back); n != 4 || err != nil || w != back {
			t.Fatalf("cannot read %q", run)
		}
		for i := range w {
			dark[[2]int{x + i, y}] = true
		}
	}
	return dark
}

func TestTooLongForACode(t *testing.T) {
	if _, err := Of(strings.Repeat("x", 5000)); !fail.Is(err, fail.Invalid) {
		t.Errorf("got %v", err)
	}
}

func scan(run string, into ...any) (int, error) {
	return fmt.Sscanf(run, "M%d %dh%dv1h-%d", into...)
}
