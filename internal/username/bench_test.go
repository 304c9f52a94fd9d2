package username_test

import "testing"

// spellings cover the paths through Parse; allocs is the most that each may
// allocate.
var spellings = []struct {
	about, raw string
	allocs     float64
}{
	{"canonical", "Example Bot-2", 0},
	{"lower", "example bot-2", 1},
	{"underscore", "Example_Bot-2", 3},
	{"namespace", "User:Example", 2},
	{"cyrillic", "Пример Бот", 0},
	{"accented", "élodie", 2},
	{"entity", "&eacute;lodie", 5},
	{"refused", "Talk:Example", 2},
}

func BenchmarkParse(b *testing.B) {
	rules := testRules()
	for _, s := range spellings {
		b.Run(s.about, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rules.Parse(s.raw)
			}
		})
	}
}

func TestParseAllocates(t *testing.T) {
	rules := testRules()
	for _, s := range spellings {
		if got := testing.AllocsPerRun(100, func() { rules.Parse(s.raw) }); got > s.allocs {
			t.Errorf("%s: %v allocations, allowed %v", s.about, got, s.allocs)
		}
	}
}
