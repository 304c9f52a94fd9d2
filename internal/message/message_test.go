package message

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func load(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Clients compare or parse these texts.
func TestTextsThatClientsRead(t *testing.T) {
	c := load(t)
	for want, m := range map[string]Message{
		`Cannot log in when using MediaWiki\Session\BotPasswordSessionProvider sessions.`: New("api-login-fail-badsessionprovider", Text(`MediaWiki\Session\BotPasswordSessionProvider sessions`)),
		`The "token" parameter must be set.`:                                              New("paramvalidator-missingparam", Plain("token")),
		`Unrecognized value for parameter "action": zzz.`:                                 New("paramvalidator-badvalue-enumnotmulti", Plain("action"), Plain("zzz")),
		`Unrecognized values for parameter "siprop": a, b`:                                New("paramvalidator-unrecognizedvalues", Plain("siprop"), Plain("a|b"), CommaList([]string{"a", "b"}), Number(2)),
		`Unrecognized value for parameter "siprop": a`:                                    New("paramvalidator-unrecognizedvalues", Plain("siprop"), Plain("a"), CommaList([]string{"a"}), Number(1)),
		`Unrecognized parameters: foo, lgfoo.`:                                            New("apierror-unrecognizedparams", CommaList([]string{"foo", "lgfoo"}), Number(2)),
		`Waiting for a database server: -1 second lagged.`:                                New("apierror-maxlag-generic", Count(-1)),
	} {
		if got := c.Plain(m); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	throttled := c.Plain(New("login-throttled", Duration(300)))
	if !regexp.MustCompile(`wait.*?(\d+) (seconds|minutes)`).MatchString(throttled) || !strings.Contains(throttled, "5 minutes") {
		t.Errorf("%s", throttled)
	}
	if aborted := c.Plain(New("api-login-fail-aborted")); !strings.Contains(aborted, "user interaction") {
		t.Errorf("%s", aborted)
	}
}

func TestMarkupByFormat(t *testing.T) {
	c := load(t)
	m := New("apiwarn-deprecation-login-token")
	if got := c.Plain(m); !strings.Contains(got, `"action=query&meta=tokens&type=login"`) {
		t.Errorf("plain: %s", got)
	}
	if got := c.Markup(m); !strings.Contains(got, "<kbd>action=query&meta=tokens&type=login</kbd>") {
		t.Errorf("markup: %s", got)
	}
	if got := c.HTML(m); !strings.Contains(got, "<kbd>action=query&amp;meta=tokens&amp;type=login</kbd>") {
		t.Errorf("html: %s", got)
	}
	if got := c.Plain(New("api-usage-mailinglist-ref")); !strings.Contains(got, "<https://lists.") {
		t.Errorf("entities: %s", got)
	}
	if got := c.HTML(New("api-usage-mailinglist-ref")); !strings.Contains(got, `&lt;<a rel="nofollow" class="external free" href="https://lists.`) {
		t.Errorf("address: %s", got)
	}
	if got := c.Plain(New("no-such-key")); got != "⧼no-such-key⧽" {
		t.Errorf("unknown key: %s", got)
	}
	if c.Has("no-such-key") || !c.Has("wrongpassword") {
		t.Error("Has")
	}
}

// What a real wiki makes of values that hold markup: the column plain is what
// MediaWiki 1.39 answers in the error formats bc and plaintext.
func TestPlainParametersWithMarkup(t *testing.T) {
	c := load(t)
	for value, want := range map[string][2]string{
		"a  b":                              {"a b", "a  b"},
		"a\nb":                              {"a b", "a\nb"},
		" a ":                               {"a", " a "},
		"a<b c":                             {"a", "a&lt;b c"},
		"a<b c>d":                           {"ad", "a&lt;b c&gt;d"},
		"<script>x</script>y":               {"y", "&lt;script&gt;x&lt;/script&gt;y"},
		"a<script>x":                        {"a", "a&lt;script&gt;x"},
		"<style>x</STYLE >y":                {"y", "&lt;style&gt;x&lt;/STYLE &gt;y"},
		"a&lt;b":                            {"a<b", "a&amp;lt;b"},
		"a <":                               {"a <", "a &lt;"},
		"x<!-- c -->y":                      {"xy", "x&lt;!-- c --&gt;y"},
		"a<!-->b-->c":                       {"ab-->c", "a&lt;!--&gt;b--&gt;c"},
		"<var>q</var>":                      {`"q"`, "&lt;var&gt;q&lt;/var&gt;"},
		`<kbd class="x">q</kbd>`:            {`q"`, "&lt;kbd class=&quot;x&quot;&gt;q&lt;/kbd&gt;"},
		"a<CODE>c</CODE>":                   {"ac", "a&lt;CODE&gt;c&lt;/CODE&gt;"},
		"<3":                                {"<3", "&lt;3"},
		"<-b>":                              {"<-b>", "&lt;-b&gt;"},
		"é<é>":                              {"é<é>", "é&lt;é&gt;"},
		"a<br>b":                            {"a b", "a&lt;br&gt;b"},
		"a<span>b":                          {"ab", "a&lt;span&gt;b"},
		`a<b x=">">c`:                       {"ac", "a&lt;b x=&quot;&gt;&quot;&gt;c"},
		`a<b "x>y">c`:                       {`ay">c`, "a&lt;b &quot;x&gt;y&quot;&gt;c"},
		"<?x?>y<!DOCTYPE>":                  {"y", "&lt;?x?&gt;y&lt;!DOCTYPE&gt;"},
		`"q" 'r'`:                           {`"q" 'r'`, "&quot;q&quot; &#039;r&#039;"},
		"{{SITENAME}} [[A]] $1":             {"{{SITENAME}} [[A]] $1", "{{SITENAME}} [[A]] $1"},
		"a&b;c&amp;d&#60;e&nbsp;f&copyg":    {"a&b;c&d<e\u00a0f©g", "a&amp;b;c&amp;amp;d&amp;#60;e&amp;nbsp;f&amp;copyg"},
		strings.Repeat("<script></s", 20e3): {"", strings.Repeat("&lt;script&gt;&lt;/s", 20e3)},
	} {
		m := New("paramvalidator-unrecognizedvalues", Plain("p"), Plain("v"), CommaList([]string{value}), Number(1))
		const front = `Unrecognized value for parameter "p": `
		if got := c.Plain(m); got != strings.TrimSpace(front+want[0]) {
			t.Errorf("%.40q as plain text: %.90q", value, got)
		}
		if got, front := c.HTML(m), `Unrecognized value for parameter <var>p</var>: `; got != front+want[1] {
			t.Errorf("%.40q as HTML: %.90q", value, got)
		}
	}
}

// A parameter that may hold markup may not break out of its place.
func TestTextParametersInHTML(t *testing.T) {
	c := load(t)
	for value, want := range map[string]string{
		"Ada":                   "Ada",
		"<kbd>a&b</kbd> &lt;":   "<kbd>a&amp;b</kbd> &lt;",
		"<kbd>a":                "&lt;kbd&gt;a",
		"a</kbd>":               "a&lt;/kbd&gt;",
		"<b><i>a</b></i>":       "&lt;b&gt;&lt;i&gt;a&lt;/b&gt;&lt;/i&gt;",
		"<script>a</script>":    "&lt;script&gt;a&lt;/script&gt;",
		`<b onclick="x">a</b>`:  "&lt;b onclick=&quot;x&quot;&gt;a&lt;/b&gt;",
		"a<br />b":              "a<br />b",
		`"><img src=x onerror>`: "&quot;&gt;&lt;img src=x onerror&gt;",
	} {
		if got := c.HTML(New("sessionprovider-generic", Text(value))); got != want+" sessions" {
			t.Errorf("%q: %s", value, got)
		}
	}
}

// A language is looked up by codes as MediaWiki takes them.
func TestLanguages(t *testing.T) {
	c := load(t)
	const english, german, french, turkish, arabic, chinese = "The name", "Der Name", "Le nom", "Ad veya", "الاسم", "名称"
	for code, want := range map[string]struct{ code, text, direction string }{
		"en": {"en", english, "ltr"}, "EN": {"en", english, "ltr"}, "bogus": {"bogus", english, "ltr"},
		"de": {"de", german, "ltr"}, "de-at": {"de-at", german, "ltr"}, "De-CH": {"de-ch", german, "ltr"},
		"de-formal": {"de-formal", german, "ltr"}, "gsw": {"gsw", german, "ltr"}, "als": {"gsw", german, "ltr"},
		"fr": {"fr", french, "ltr"}, "fr-be": {"fr-be", french, "ltr"}, "wa": {"wa", french, "ltr"}, "oc": {"oc", french, "ltr"},
		"tr": {"tr", turkish, "ltr"}, "gag": {"gag", turkish, "ltr"},
		"ar": {"ar", arabic, "rtl"}, "arz": {"arz", arabic, "rtl"}, "aeb": {"aeb", arabic, "rtl"},
		"zh-hans": {"zh-hans", chinese, "ltr"}, "zh": {"zh", chinese, "ltr"}, "zh-tw": {"zh-tw", chinese, "ltr"},
		"zh-hant": {"zh-hant", chinese, "ltr"}, "zh-my": {"zh-my", chinese, "ltr"}, "lzh": {"lzh", chinese, "ltr"},
		"he": {"he", english, "rtl"}, "simple": {"en", english, "ltr"}, "no": {"nb", english, "ltr"}, "nb": {"nb", english, "ltr"},
		"qqx": {"qqx", "(wrongpassword)", "ltr"}, "QQX": {"qqx", "(wrongpassword)", "ltr"}, "qqx-a": {"qqx-a", english, "ltr"},
		"qqq": {"en", english, "ltr"}, "": {"en", english, "ltr"}, "a/b": {"en", english, "ltr"},
	} {
		l := c.Language(code)
		if got := l.Plain(New("wrongpassword")); l.Code() != want.code || !strings.HasPrefix(got, want.text) || l.Direction() != want.direction {
			t.Errorf("%s: %s, %s, %s", code, l.Code(), got, l.Direction())
		}
	}
}

// Which codes MediaWiki 1.39 takes for those of a language.
func TestValidCode(t *testing.T) {
	for _, code := range []string{"en", "x", "en_US", "a b", "ü", "a.b", "..", "a%", "a,b", "_", "en-", "$1", "(x)", "a;b", "~", "1.5", strings.Repeat("a", 128)} {
		if !ValidCode(code) {
			t.Errorf("%.20q is refused", code)
		}
	}
	for _, code := range []string{"", "0", "qqq", "en|de", "a%41", "a'b", "a\tb", "a#", "a[", "{{x}}", "a:b", "../etc", "de<b", "a\x00", strings.Repeat("a", 129)} {
		if ValidCode(code) {
			t.Errorf("%.20q is taken", code)
		}
	}
}

// Language qqx shows keys and parameters as MediaWiki does.
func TestKeysInsteadOfTexts(t *testing.T) {
	l := load(t).Language("qqx")
	for want, m := range map[string]Message{
		"(wrongpassword)":                                New("wrongpassword"),
		"(paramvalidator-missingparam: token)":           New("paramvalidator-missingparam", Plain("token")),
		"(login-throttled: (duration-minutes: 5))":       New("login-throttled", Duration(300)),
		"(x: a, b|y, a(comma-separator)y, 1,234)":        New("x", Text("a"), Plain("b|<b>y</b>"), CommaList([]string{"a", "<b>y</b>"}), Number(1234)),
		"(x: a(comma-separator)b(and)(word-separator)c)": New("x", TextList([]string{"a", "b", "c"})),
	} {
		if got := l.Plain(m); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := l.HTML(New("x", Plain("<b>y</b>"))); got != "(x: &lt;b&gt;y&lt;/b&gt;)" {
		t.Error(got)
	}
}

func TestOperatorsTexts(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"de.json":   `{"@metadata": {"authors": []}, "wrongpassword": "Falsch bei {{SITENAME}}", "own-key": "Eigen"}`,
		"nl.json":   "\ufeff" + `{"wrongpassword": "Verkeerd"}`,
		"qqq.json":  `{"wrongpassword": "For translators"}`,
		"README.md": "not read",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	c = c.WithSite(Site{Name: "The <Site>", ArticlePath: "/w/$1"})
	m := New("wrongpassword")
	for _, code := range []string{"de", "de-at"} {
		l := c.Language(code)
		if got := l.Plain(m); got != "Falsch bei The <Site>" {
			t.Errorf("%s: %s", code, got)
		}
		if got := l.HTML(m); got != "Falsch bei The &lt;Site&gt;" {
			t.Errorf("%s: %s", code, got)
		}
		if got := l.BuiltIn().Plain(m); !strings.HasPrefix(got, "Der Name") {
			t.Errorf("%s, built in: %s", code, got)
		}
		if got := l.BuiltIn().Plain(New("own-key")); got != "Eigen" {
			t.Errorf("%s, new key: %s", code, got)
		}
		if !l.Has("own-key") || c.Has("own-key") {
			t.Error("Has")
		}
	}
	if got := c.Language("nl").BuiltIn().Plain(m); got != "Verkeerd" {
		t.Errorf("a new language: %s", got)
	}
	if got := c.Language("zea").Plain(New("login-throttled", Duration(60))); !strings.Contains(got, "1 minute") {
		t.Errorf("what a new language lacks: %s", got)
	}
	if got := c.Language("en").HTML(New("apiwarn-deprecation-login-botpw")); !strings.Contains(got, `<a href="/w/Special:BotPasswords" title="Special:BotPasswords">Special:BotPasswords</a>`) {
		t.Errorf("link: %s", got)
	}
}

// A broken file is one error that says where.
func TestBrokenFiles(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\"a\": \"b\",\n\"c\" \"d\"}":        "line 3",
		"{\"a\":\n[1]}":                         `line 1: message "a" is not a text`,
		"{\"a\": \"b\",\n\n\"a\": \"c\"}":       "line 3: message a stands there twice",
		"[]":                                    "line 1: a file of messages is one object",
		"":                                      "line 1",
		"{\"a\": \"b\"}\n}":                     "line 2",
		"{\"a\":\n\"\xff\"}":                    "line 2: the file is not in UTF-8",
		"{\n\"a\": \"b\",\n}":                   "line 3",
		"{\n\"\": \"b\"}":                       `line 2: message "" is not a text`,
		"{\n\"@x\": {\"a\": [1, 2]}, \"k\": 5}": `line 2: message "k" is not a text`,
	} {
		folder := t.TempDir()
		name := filepath.Join(folder, "de.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(folder); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "Deutsch!.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(folder); err == nil || !strings.Contains(err.Error(), "language code") {
		t.Error(err)
	}
	if _, err := Load(filepath.Join(folder, "none")); err == nil {
		t.Error("a folder that is not there")
	}
}

func TestLoadingIsQuick(t *testing.T) {
	start := time.Now()
	load(t)
	if took := time.Since(start); took > time.Second {
		t.Errorf("loading all languages took %v", took)
	}
}
