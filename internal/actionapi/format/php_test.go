package format

import "testing"

// The expectations were observed at a MediaWiki 1.39.
func TestPHP(t *testing.T) {
	for name, c := range map[string]struct {
		fill   func(Ref)
		v1, v2 string
	}{
		"empty root":    {func(Ref) {}, `a:0:{}`, `a:0:{}`},
		"texts":         {func(r Ref) { r.String("é", "\U00010400\"") }, `a:1:{s:2:"é";s:5:"` + "\U00010400" + `"";}`, `a:1:{s:2:"é";s:5:"` + "\U00010400" + `"";}`},
		"booleans":      {func(r Ref) { r.Bool("a", true); r.Bool("b", false); r.BCBool("c", false) }, `a:2:{s:1:"a";s:0:"";s:1:"c";b:0;}`, `a:3:{s:1:"a";b:1;s:1:"b";b:0;s:1:"c";b:0;}`},
		"null and int":  {func(r Ref) { r.Null("n"); r.Int("i", -7) }, `a:2:{s:1:"n";N;s:1:"i";i:-7;}`, `a:2:{s:1:"n";N;s:1:"i";i:-7;}`},
		"fractions":     {func(r Ref) { r.Float("a", 1); r.Float("b", 0.333); r.Float("c", 1e42) }, `a:3:{s:1:"a";d:1;s:1:"b";d:0.333;s:1:"c";d:1.0E+42;}`, `a:3:{s:1:"a";d:1;s:1:"b";d:0.333;s:1:"c";d:1.0E+42;}`},
		"content":       {func(r Ref) { r.Content("text", "x"); r.Int("id", 1) }, `a:2:{s:2:"id";i:1;s:1:"*";s:1:"x";}`, `a:2:{s:4:"text";s:1:"x";s:2:"id";i:1;}`},
		"sub-element":   {func(r Ref) { r.Sub("s", "x") }, `a:1:{s:1:"s";a:1:{s:1:"*";s:1:"x";}}`, `a:1:{s:1:"s";s:1:"x";}`},
		"list":          {func(r Ref) { r.Strings("l", "x", []string{"a", "b"}) }, `a:1:{s:1:"l";a:2:{i:0;s:1:"a";i:1;s:1:"b";}}`, `a:1:{s:1:"l";a:2:{i:0;s:1:"a";i:1;s:1:"b";}}`},
		"list of false": {func(r Ref) { l := r.List("l", "x"); l.Bool("", false); l.Bool("", true) }, `a:1:{s:1:"l";a:1:{i:0;s:0:"";}}`, `a:1:{s:1:"l";a:2:{i:0;b:0;i:1;b:1;}}`},
		"numbers as keys": {func(r Ref) {
			for _, key := range []string{"-2", "0", "15", "07", "-0", "", "-", "9223372036854775807", "9223372036854775808", "1.5"} {
				r.Int(key, 1)
			}
		}, `a:10:{i:-2;i:1;i:0;i:1;i:15;i:1;s:2:"07";i:1;s:2:"-0";i:1;s:0:"";i:1;s:1:"-";i:1;i:9223372036854775807;i:1;s:19:"9223372036854775808";i:1;s:3:"1.5";i:1;}`,
			`a:10:{i:-2;i:1;i:0;i:1;i:15;i:1;s:2:"07";i:1;s:2:"-0";i:1;s:0:"";i:1;s:1:"-";i:1;i:9223372036854775807;i:1;s:19:"9223372036854775808";i:1;s:3:"1.5";i:1;}`},
		"numbered": {func(r Ref) { n := r.Numbered("n", "x"); n.Int("0", 5); n.Int("1", 6) }, `a:1:{s:1:"n";a:2:{i:0;i:5;i:1;i:6;}}`, `a:1:{s:1:"n";a:2:{i:0;i:5;i:1;i:6;}}`},
		"map":      {func(r Ref) { r.Map("m", "i", "key").Int("x", 1) }, `a:1:{s:1:"m";a:1:{s:1:"x";i:1;}}`, `a:1:{s:1:"m";a:1:{s:1:"x";i:1;}}`},
		"pairs":    {func(r Ref) { r.Pairs("m", "i", "key").Int("x", 1) }, `a:1:{s:1:"m";a:1:{i:0;a:2:{s:3:"key";s:1:"x";s:1:"*";i:1;}}}`, `a:1:{s:1:"m";a:1:{s:1:"x";i:1;}}`},
	} {
		tree := build(c.fill)
		if got := string(PHP{Version: 1}.Append(nil, tree)); got != c.v1 {
			t.Errorf("%s: version 1:\ngot  %s\nwant %s", name, got, c.v1)
		}
		if got := string(PHP{Version: 2}.Append(nil, tree)); got != c.v2 {
			t.Errorf("%s: version 2:\ngot  %s\nwant %s", name, got, c.v2)
		}
	}
}

// The expectations are what PHP 8.2 prints.
func TestPHPFloats(t *testing.T) {
	for v, want := range map[float64][2]string{
		0.1: {"0.1", "0.1"}, 1.0 / 3: {"0.3333333333333333", "0.33333333333333"}, 0: {"0", "0"}, -1: {"-1", "-1"},
		1e13: {"10000000000000", "10000000000000"}, 1e14: {"100000000000000", "1.0E+14"}, 1e16: {"10000000000000000", "1.0E+16"},
		1e17: {"1.0E+17", "1.0E+17"}, 123456789012345678: {"1.2345678901234568E+17", "1.2345678901235E+17"},
		0.0001: {"0.0001", "0.0001"}, 1.5e-5: {"1.5E-5", "1.5E-5"}, 1.5e300: {"1.5E+300", "1.5E+300"},
		5e-324: {"5.0E-324", "4.9406564584125E-324"}, 1234567.891: {"1234567.891", "1234567.891"}, -2.5e-10: {"-2.5E-10", "-2.5E-10"},
		999999999999999.9: {"999999999999999.9", "1.0E+15"}, 100000: {"100000", "100000"}, 0.05: {"0.05", "0.05"},
	} {
		if got := string(appendPHPFloat(nil, v, 0)); got != want[0] {
			t.Errorf("%v: %s, want %s", v, got, want[0])
		}
		if got := string(appendPHPFloat(nil, v, phpPrecision)); got != want[1] {
			t.Errorf("%v with 14 digits: %s, want %s", v, got, want[1])
		}
	}
}
