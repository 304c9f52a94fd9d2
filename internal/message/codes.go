package message

import "strings"

// maxCode is the length of a language code in bytes, at most (MediaWiki:
// LanguageNameUtils::isValidCode).
const maxCode = 128

// ValidCode reports whether MediaWiki takes a code for that of a language,
// known or not: it is short and could be a part of a page's title
// (RequestContext::sanitizeLangCode). Capital letters count as small ones.
func ValidCode(code string) bool {
	if code == "" || code == "0" || len(code) > maxCode || strings.EqualFold(code, "qqq") {
		return false
	}
	for i := range len(code) {
		c := code[i]
		if c < ' ' || c == 0x7f || strings.IndexByte(`:/\<>&'"#[]{|}`, c) >= 0 {
			return false
		}
		if c == '%' && i+2 < len(code) && isHex(code[i+1]) && isHex(code[i+2]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// canonicalCode is a code in small letters, or the one that has replaced it
// (MediaWiki: LanguageCode::getDeprecatedCodeMapping and
// $wgExtraLanguageCodes).
func canonicalCode(code string) string {
	code = lowerASCII(code)
	switch code {
	case "als":
		return "gsw"
	case "bat-smg":
		return "sgs"
	case "be-x-old":
		return "be-tarask"
	case "bh":
		return "bho"
	case "fiu-vro":
		return "vro"
	case "no":
		return "nb"
	case "roa-rup":
		return "rup"
	case "simple":
		return "en"
	case "zh-classical":
		return "lzh"
	case "zh-min-nan":
		return "nan"
	case "zh-yue":
		return "yue"
	}
	return code
}

// lowerASCII makes small letters of A to Z and leaves all others.
func lowerASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return strings.Map(func(r rune) rune {
				if 'A' <= r && r <= 'Z' {
					r += 'a' - 'A'
				}
				return r
			}, s)
		}
	}
	return s
}

// isFileCode reports whether a code can name a file of texts.
func isFileCode(code string) bool {
	if len(code) < 2 || len(code) > 32 || code == "qqx" {
		return false
	}
	for _, part := range strings.Split(code, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}

// fallbacks says where a language takes the texts from that it does not have
// (MediaWiki: $fallback in languages/messages), in front of English. A code
// that is not listed takes those of its first part: fr-be those of fr.
var fallbacks = map[string]string{
	"it":           "aae co egl eml fur lij lmo nap pms rgn roa-tara scn sdc sro vec",
	"ru":           "ab ady-cyrl alt av ba bxr ce crh-cyrl cv gld inh kjh koi krc kum kv lbe os rut sah sjd sty tt-cyrl tyv udm xal",
	"id":           "abs ace ban bbc-latn bew bjn btm bug gor jv kge mad min mui nia su",
	"ar":           "acm aeb-arab apc arq ary arz",
	"sq":           "aln",
	"es":           "an arn ast ay cbk-zam es-formal ext gn guc lad nah",
	"hi":           "anp awa mag mai sa",
	"fr":           "atj bci bm fon frc frp gcf gcr ht kab kbp ln lua mg pcd ses sg shy-latn ty wa wls wo",
	"fa":           "azb bcc bgn bqi glk lki lrc luz mzn",
	"de":           "bar de-at de-ch de-formal frr gsw hrx ksh lb nds pdc pdt pfl rm sli stq vmf",
	"ms":           "bdr dtp iba ms-arab",
	"my":           "blk kjp ksw mnw",
	"bn":           "bpy",
	"sk":           "cs",
	"cs":           "sk",
	"pl":           "csb szl",
	"ne":           "dty",
	"fi":           "fit krl olo smn vot",
	"tr":           "gag kiu lzz",
	"pt":           "gl kea mwl pt-br tet vmw",
	"pt-br":        "pt",
	"hu":           "hu-formal",
	"hy":           "hyw",
	"eo":           "io",
	"da":           "jut kl",
	"ur":           "khw",
	"ko":           "ko-kp",
	"nl":           "li nds-nl nl-informal srn vls zea",
	"et":           "liv vep vro",
	"lv":           "ltg",
	"ro":           "crh-ro mo rmy rup ruq-latn",
	"el":           "pnt",
	"mk":           "ruq-cyrl",
	"lt":           "sgs",
	"kn":           "tcy",
	"ka":           "xmf",
	"he":           "yi",
	"be":           "be-tarask",
	"oc":           "ca",
	"nb":           "nn",
	"nn":           "nb",
	"ady-cyrl ru":  "ady",
	"aeb-arab ar":  "aeb",
	"fr es ru":     "avk",
	"ban id":       "ban-bali",
	"bbc-latn id":  "bbc",
	"hsb de":       "dsb",
	"dsb de":       "hsb",
	"jv id":        "map-bms",
	"myv ru":       "mdf",
	"mdf ru":       "myv",
	"mrj ru":       "mhr",
	"mhr ru":       "mrj",
	"nrf fr":       "nrm",
	"ca fr":        "oc",
	"qug es":       "qu",
	"qu es":        "qug",
	"uk ru":        "rue",
	"ckb fa":       "sdh",
	"nb fi":        "se",
	"shi-latn fr":  "shi",
	"shy-latn fr":  "shy",
	"tt-cyrl ru":   "tt",
	"kk-cyrl":      "kk",
	"ru az":        "lez",
	"it rm fur de": "lld",

	"zh-hans zh-hant zh-cn zh-tw zh-hk": "zh",
	"zh-cn zh zh-hant":                  "zh-hans",
	"zh-tw zh-hk zh zh-hans":            "zh-hant",
	"zh-hans zh zh-hant":                "wuu wuu-hans za zh-cn",
	"zh-hans zh-cn zh zh-hant":          "zh-sg",
	"zh-sg zh-hans zh-cn zh zh-hant":    "zh-my",
	"zh-cn zh-hans zh zh-hant":          "hsn ii",
	"zh-hant zh-hk zh zh-hans":          "zh-tw",
	"zh-hant zh-tw zh zh-hans":          "zh-hk",
	"zh-hk zh-hant zh-tw zh zh-hans":    "zh-mo",
	"zh-tw zh-hant zh zh-hans":          "ami pwn szy tay trv",
	"zh-hant zh zh-hans":                "cdo gan gan-hant hak lzh nan nan-hant wuu-hant yue yue-hant",
	"zh-hans zh zh-hant yue":            "gan-hans yue-hans",
}

// fallbacksByCode is the table fallbacks the other way round.
func fallbacksByCode() map[string]string {
	byCode := make(map[string]string, 4*len(fallbacks))
	for chain, codes := range fallbacks {
		for code := range strings.FieldsSeq(codes) {
			byCode[code] = chain
		}
	}
	return byCode
}

// rightToLeft are the languages that are written from right to left
// (MediaWiki: $rtl in languages/messages).
const rightToLeft = " aeb aeb-arab aii apc ar arc arq ary arz azb bcc bft bgn bqi ckb ckb-arab dv fa glk he khw kk-arab kk-cn ks ks-arab ku-arab lki lrc luz ms-arab mzn nqo pnb ps sd sdh skr skr-arab ug ug-arab ur uz-arab yi "

// direction is how a language is written: ltr or rtl.
func direction(code string) string {
	if strings.Contains(rightToLeft, " "+code+" ") {
		return "rtl"
	}
	return "ltr"
}
