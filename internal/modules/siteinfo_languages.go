package modules

import (
	"context"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// language is a language with its name in itself.
type language struct {
	code, bcp47, name string
	rtl               bool
}

// knownLanguages are the ones with many readers, in alphabetical order of their
// codes. They are MediaWiki's codes, which do not always follow BCP 47
// (RFC 5646).
var knownLanguages = []language{
	{code: "ar", bcp47: "ar", name: "العربية", rtl: true},
	{code: "ast", bcp47: "ast", name: "asturianu"},
	{code: "az", bcp47: "az", name: "azərbaycanca"},
	{code: "be", bcp47: "be", name: "беларуская"},
	{code: "bg", bcp47: "bg", name: "български"},
	{code: "bn", bcp47: "bn", name: "বাংলা"},
	{code: "br", bcp47: "br", name: "brezhoneg"},
	{code: "bs", bcp47: "bs", name: "bosanski"},
	{code: "ca", bcp47: "ca", name: "català"},
	{code: "ckb", bcp47: "ckb", name: "کوردی", rtl: true},
	{code: "cs", bcp47: "cs", name: "čeština"},
	{code: "cy", bcp47: "cy", name: "Cymraeg"},
	{code: "da", bcp47: "da", name: "dansk"},
	{code: "de", bcp47: "de", name: "Deutsch"},
	{code: "de-at", bcp47: "de-AT", name: "Österreichisches Deutsch"},
	{code: "de-ch", bcp47: "de-CH", name: "Schweizer Hochdeutsch"},
	{code: "el", bcp47: "el", name: "Ελληνικά"},
	{code: "en", bcp47: "en", name: "English"},
	{code: "en-gb", bcp47: "en-GB", name: "British English"},
	{code: "eo", bcp47: "eo", name: "Esperanto"},
	{code: "es", bcp47: "es", name: "español"},
	{code: "et", bcp47: "et", name: "eesti"},
	{code: "eu", bcp47: "eu", name: "euskara"},
	{code: "fa", bcp47: "fa", name: "فارسی", rtl: true},
	{code: "fi", bcp47: "fi", name: "suomi"},
	{code: "fr", bcp47: "fr", name: "français"},
	{code: "ga", bcp47: "ga", name: "Gaeilge"},
	{code: "gl", bcp47: "gl", name: "galego"},
	{code: "gu", bcp47: "gu", name: "ગુજરાતી"},
	{code: "he", bcp47: "he", name: "עברית", rtl: true},
	{code: "hi", bcp47: "hi", name: "हिन्दी"},
	{code: "hr", bcp47: "hr", name: "hrvatski"},
	{code: "hu", bcp47: "hu", name: "magyar"},
	{code: "hy", bcp47: "hy", name: "հայերեն"},
	{code: "id", bcp47: "id", name: "Bahasa Indonesia"},
	{code: "is", bcp47: "is", name: "íslenska"},
	{code: "it", bcp47: "it", name: "italiano"},
	{code: "ja", bcp47: "ja", name: "日本語"},
	{code: "ka", bcp47: "ka", name: "ქართული"},
	{code: "kk", bcp47: "kk", name: "қазақша"},
	{code: "kn", bcp47: "kn", name: "ಕನ್ನಡ"},
	{code: "ko", bcp47: "ko", name: "한국어"},
	{code: "la", bcp47: "la", name: "Latina"},
	{code: "lb", bcp47: "lb", name: "Lëtzebuergesch"},
	{code: "lt", bcp47: "lt", name: "lietuvių"},
	{code: "lv", bcp47: "lv", name: "latviešu"},
	{code: "mk", bcp47: "mk", name: "македонски"},
	{code: "ml", bcp47: "ml", name: "മലയാളം"},
	{code: "mr", bcp47: "mr", name: "मराठी"},
	{code: "ms", bcp47: "ms", name: "Bahasa Melayu"},
	{code: "nb", bcp47: "nb", name: "norsk bokmål"},
	{code: "ne", bcp47: "ne", name: "नेपाली"},
	{code: "nl", bcp47: "nl", name: "Nederlands"},
	{code: "nn", bcp47: "nn", name: "norsk nynorsk"},
	{code: "pa", bcp47: "pa", name: "ਪੰਜਾਬੀ"},
	{code: "pl", bcp47: "pl", name: "polski"},
	{code: "ps", bcp47: "ps", name: "پښتو", rtl: true},
	{code: "pt", bcp47: "pt", name: "português"},
	{code: "pt-br", bcp47: "pt-BR", name: "português do Brasil"},
	{code: "ro", bcp47: "ro", name: "română"},
	{code: "ru", bcp47: "ru", name: "русский"},
	{code: "sd", bcp47: "sd", name: "سنڌي", rtl: true},
	{code: "si", bcp47: "si", name: "සිංහල"},
	{code: "sk", bcp47: "sk", name: "slovenčina"},
	{code: "sl", bcp47: "sl", name: "slovenščina"},
	{code: "sq", bcp47: "sq", name: "shqip"},
	{code: "sr", bcp47: "sr", name: "српски / srpski"},
	{code: "sv", bcp47: "sv", name: "svenska"},
	{code: "sw", bcp47: "sw", name: "Kiswahili"},
	{code: "ta", bcp47: "ta", name: "தமிழ்"},
	{code: "te", bcp47: "te", name: "తెలుగు"},
	{code: "th", bcp47: "th", name: "ไทย"},
	{code: "tl", bcp47: "tl", name: "Tagalog"},
	{code: "tr", bcp47: "tr", name: "Türkçe"},
	{code: "uk", bcp47: "uk", name: "українська"},
	{code: "ur", bcp47: "ur", name: "اردو", rtl: true},
	{code: "uz", bcp47: "uz", name: "oʻzbekcha/ўзбекча"},
	{code: "vi", bcp47: "vi", name: "Tiếng Việt"},
	{code: "yi", bcp47: "yi", name: "ייִדיש", rtl: true},
	{code: "zh", bcp47: "zh", name: "中文"},
	{code: "zh-hans", bcp47: "zh-Hans", name: "中文（简体）"},
	{code: "zh-hant", bcp47: "zh-Hant", name: "中文（繁體）"},
}

// languages names every language in itself, whatever inlanguagecode asks for,
// as a MediaWiki does without tables of translated names.
func (s *site) languages(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	list := out.List("languages", "lang")
	for i := range knownLanguages {
		o := list.Object("")
		o.String("code", knownLanguages[i].code)
		o.String("bcp47", knownLanguages[i].bcp47)
		o.Content("name", knownLanguages[i].name)
	}
	return nil
}

// rightToLeft reports whether a language is written from right to left.
func rightToLeft(code string) bool {
	base, _, _ := strings.Cut(code, "-")
	for i := range knownLanguages {
		if knownLanguages[i].code == base {
			return knownLanguages[i].rtl
		}
	}
	return false
}

// fallbackLanguages are those whose texts stand in for missing ones: of a
// variety its language, and English in the end.
func fallbackLanguages(code string) []string {
	if code == english {
		return nil
	}
	if base, _, variety := strings.Cut(code, "-"); variety && base != english {
		return []string{base, english}
	}
	return []string{english}
}

const english = "en"
