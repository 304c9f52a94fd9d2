package message

import (
	"strings"
	"testing"
)

// The order and number of forms by language (CLDR).
func TestPluralForms(t *testing.T) {
	const forms = "{{PLURAL:$1|a|b|c|d|e|f}}"
	for code, want := range map[string]map[int64]string{
		"en":      {0: "b", 1: "a", -1: "a", 2: "b", 1_000_001: "b"},
		"de":      {0: "b", 1: "a", 2: "b"},
		"fr":      {0: "a", 1: "a", 2: "b", 100: "b"},
		"tr":      {0: "b", 1: "a", 2: "b"},
		"zh-hans": {0: "a", 1: "a", 2: "a", 100: "a"},
		"ar":      {0: "a", 1: "b", 2: "c", 3: "d", 10: "d", 11: "e", 99: "e", 100: "f", 102: "f", 103: "d", 100_000_003: "d"},
		"ru":      {1: "a", 2: "b", 5: "c", 11: "c", 21: "a", 22: "b", 100: "c"},
		"pl":      {1: "a", 2: "b", 5: "c", 21: "c", 22: "b"},
		"cs":      {1: "a", 2: "b", 5: "d"},
		"lv":      {0: "a", 1: "b", 2: "c", 21: "b"},
		"qqq-x":   {1: "a", 2: "b"},
	} {
		v := newVoice(code, map[string]*text{"k": parseText(forms, newPluralRule(code))})
		for n, form := range want {
			if got := string(v.append(nil, New("k", Number(n)), asPlain, &Site{})); got != form {
				t.Errorf("%s, %d: %s, want %s", code, n, got, form)
			}
		}
	}
	rule := newPluralRule("de")
	for _, n := range []int64{-1 << 63, 1<<63 - 1} {
		rule.choose(n) // does not panic
	}
}

func TestNumbersByLanguage(t *testing.T) {
	for code, want := range map[string][3]string{
		"en": {"999", "1,234", "1,234,567"}, "zh-hans": {"999", "1,234", "1,234,567"},
		"de": {"999", "1.234", "1.234.567"}, "tr": {"999", "1.234", "1.234.567"},
		"fr": {"999", "1\u202f234", "1\u202f234\u202f567"}, "ar": {"٩٩٩", "١٬٢٣٤", "١٬٢٣٤٬٥٦٧"},
		"pl": {"999", "1234", "1\u00a0234\u00a0567"},
	} {
		n := numeralsOf(code)
		for i, value := range []int64{999, 1234, 1234567} {
			if got := string(n.append(nil, value)); got != want[i] {
				t.Errorf("%s: %s, want %s", code, got, want[i])
			}
		}
	}
	if got := string(numeralsOf("en").append(nil, -1<<63)); got != "−9,223,372,036,854,775,808" {
		t.Error(got)
	}
}

func TestDurationsAndLists(t *testing.T) {
	c := load(t)
	for code, want := range map[string][4]string{
		"en":      {"0 seconds", "1 minute", "2 days", "1 hour, 1 minute and 2 seconds"},
		"de":      {"0 Sekunden", "1 Minute", "2 Tage", "1 Stunde, 1 Minute und 2 Sekunden"},
		"fr":      {"0 seconde", "1 minute", "2 jours", "1 heure, 1 minute et 2 secondes"},
		"tr":      {"0 saniye", "1 dakika", "2 gün", "1 saat, 1 dakika ve 2 saniye"},
		"ar":      {"٠ ثانية", "دقيقة واحدة", "يومين", "ساعة واحدة، دقيقة واحدة و ثانيتين"},
		"zh-hans": {"0秒", "1分钟", "2天", "1小时、\u200b1分钟和\u200b2秒"},
		"qqx":     {"(duration-seconds: 0)", "(duration-minutes: 1)", "(duration-days: 2)", "(duration-hours: 1)(comma-separator)(duration-minutes: 1)(and)(word-separator)(duration-seconds: 2)"},
	} {
		l := c.Language(code)
		for i, seconds := range []int64{0, 60, 172800, 3662} {
			got := string(l.voice.append(nil, New("x", Duration(seconds)), asPlain, &Site{}))
			if code != "qqx" {
				w := writer{voice: l.voice, form: asPlain, site: &Site{}}
				got = string(w.duration(nil, seconds))
			} else {
				got = strings.TrimSuffix(strings.TrimPrefix(got, "(x: "), ")")
			}
			if got != want[i] {
				t.Errorf("%s, %d: %s, want %s", code, seconds, got, want[i])
			}
		}
	}
	for code, want := range map[string][2]string{
		"en": {"a, b, c", "a, b and c"}, "de": {"a, b, c", "a, b und c"}, "ar": {"a، b، c", "a، b و c"},
	} {
		w := writer{voice: c.Language(code).voice, form: asPlain}
		comma, sentence := CommaList([]string{"a", "b", "c"}), TextList([]string{"a", "b", "c"})
		if got := string(w.param(nil, &comma)); got != want[0] {
			t.Errorf("%s: %s", code, got)
		}
		if got := string(w.param(nil, &sentence)); got != want[1] {
			t.Errorf("%s: %s", code, got)
		}
	}
}
