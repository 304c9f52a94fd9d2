package modules

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// The files are answers of a real MediaWiki 1.39, with what is different on
// purpose put in: the source, its licence, and two types of tokens.
func TestParamInfoIsThatOfMediaWiki(t *testing.T) {
	c := newRig(t).client(t)
	for _, version := range []string{"1", "2"} {
		want, err := os.ReadFile("testdata/paraminfo-" + version + ".json")
		must(t, err)
		a := c.get("action=paraminfo&modules=login|logout|query%2Btokens|query%2Buserinfo|query%2Bsiteinfo|json&formatversion=" + version)
		a.is(strings.TrimSpace(string(want)))
	}
}

// paths are those of the modules in a list of the answer.
func (a answer) paths(key string) string {
	list, _ := a.value("paraminfo", key).([]any)
	var paths []string
	for _, m := range list {
		path, _ := m.(map[string]any)["path"].(string)
		paths = append(paths, path)
	}
	return strings.Join(paths, " ")
}

func TestPathsOfParamInfo(t *testing.T) {
	c := newRig(t).client(t)
	const (
		actions = "checktoken clientlogin help json jsonfm login logout none paraminfo php phpfm query rawfm xml xmlfm"
		subs    = "query+allusers query+authmanagerinfo query+info query+siteinfo query+tokens query+userinfo query+users"
		missing = `{"code":"badmodule","key":"apierror-badmodule-badsubmodule","params":["`
		leaf    = `{"code":"badmodule","key":"apierror-badmodule-nosubmodules","params":["`
		end     = `"],"module":"paraminfo"}`
	)
	everything := strings.Replace(actions, "query", "query "+subs, 1)
	for query, want := range map[string][2]string{
		"":                                    {"", ""},
		"modules=":                            {"", ""},
		"modules=main|login|json":             {"main login json", ""},
		"modules=login|main|login":            {"login main", ""},
		"modules=query%2Btokens":              {"query+tokens", ""},
		"modules=query+tokens":                {"query+tokens", ""},
		"modules=query+tokens|query%2Btokens": {"query+tokens query+tokens", ""},
		"modules=%1Flogin%1Flogout":           {"login logout", ""},
		"modules=*":                           {actions, ""},
		"modules=main%2B*":                    {actions, ""},
		"modules=main+*":                      {actions, ""},
		"modules=**":                          {everything, ""},
		"modules=main%2B**":                   {everything, ""},
		"modules=query%2B*":                   {subs, ""},
		"modules=query+**":                    {subs, ""},
		"modules=query%2B*|query%2Btokens|query+*|login": {subs + " login", ""},
		"modules=login|main|main%2B*":                    {"login main " + strings.Replace(actions, " login ", " ", 1), ""},
		"modules=nope|main|login%2Bx|nope|query%2Bzz": {"main",
			missing + `main","nope` + end + "," + leaf + "login" + end + "," + missing + `query","zz` + end},
		"modules=nope|login%2B*":          {"", leaf + "login" + end + "," + missing + `main","nope` + end},
		"modules=nope%2B*":                {"", missing + `main","nope` + end},
		"modules=json%2Bx":                {"", leaf + "json" + end},
		"modules=main%2Bmain":             {"", missing + `main","main` + end},
		"modules=main%2Blogin":            {"", missing + `main","main` + end},
		"modules=Login|query*":            {"", missing + `main","Login` + end + "," + missing + `main","query*` + end},
		"modules=%20login":                {"", missing + `main","` + end},
		"modules=query%2B%20tokens":       {"", missing + `query","&#32;tokens` + end},
		"modules=query++tokens":           {"", missing + `query","` + end},
		"modules=query%2B":                {"", missing + `query","` + end},
		"modules=query%2B***":             {"", missing + `query","&#42;**` + end},
		"modules=<b>&querymodules=tokens": {"", missing + `main","&#60;b&#62;` + end},
	} {
		a := c.get("action=paraminfo&formatversion=2&errorformat=raw&" + query)
		if got := a.paths("modules"); got != want[0] {
			t.Errorf("%s: got %q, want %q", query, got, want[0])
		}
		if a.raw("paraminfo", "modules") != "" && want[0] == "" {
			t.Errorf("%s: an empty list", query)
		}
		if got := a.raw("warnings"); strings.Contains(query, "querymodules") {
			if !strings.HasSuffix(got, ","+want[1]+"]") {
				t.Errorf("%s: %s", query, got)
			}
		} else if got != "" && got != "["+want[1]+"]" || got == "" && want[1] != "" {
			t.Errorf("%s:\ngot  %s\nwant %s", query, got, want[1])
		}
	}
}

// The parameters of old still answer, each with a warning.
func TestDeprecatedParametersOfParamInfo(t *testing.T) {
	c := newRig(t).client(t)
	a := c.get("action=paraminfo&formatversion=2&errorformat=raw&modules=login&querymodules=tokens|userinfo|info|nope&formatmodules=json|zz&mainmodule=1&pagesetmodule=1")
	for key, want := range map[string]string{"modules": "login", "querymodules": "query+tokens query+userinfo query+info", "formatmodules": "json"} {
		if got := a.paths(key); got != want {
			t.Errorf("%s: %q", key, got)
		}
	}
	order := []string{`"helpformat":"none"`, `"modules":[`, `"querymodules":[`, `"querytype":"meta"`, `"querytype":"prop"`, `"formatmodules":[`, `"mainmodule":{"name":"main","classname":"ApiMain","path":"main","prefix":""`, `"pagesetmodule":{"classname":"ApiPageSet","prefix":"","source"`}
	at := 0
	for _, part := range order {
		i := strings.Index(a.Body[at:], part)
		if i < 0 {
			t.Fatalf("%s is missing or out of order: %s", part, a.Body)
		}
		at += i
	}
	var names []string
	for _, p := range a.value("paraminfo", "pagesetmodule", "parameters").([]any) {
		names = append(names, p.(map[string]any)["name"].(string))
	}
	if got := strings.Join(names, " "); got != "titles pageids revids generator redirects converttitles" {
		t.Errorf("the set of pages: %s", got)
	}
	if n := strings.Count(a.raw("warnings"), `"code":"deprecation"`); n != 4 {
		t.Errorf("%d deprecations: %s", n, a.raw("warnings"))
	}
	if n := strings.Count(a.raw("warnings"), `"code":"unrecognizedvalues"`); n != 2 {
		t.Errorf("%d unknown values: %s", n, a.raw("warnings"))
	}
	for _, query := range []string{"mainmodule=&pagesetmodule=", "mainmodule=0&pagesetmodule=0", "querymodules=&formatmodules="} {
		if got := c.get("action=paraminfo&" + query).raw("paraminfo"); got != `{"helpformat":"none"}` {
			t.Errorf("%s: %s", query, got)
		}
	}
	c.get("action=paraminfo&helpformat=zz").fails("helpformat", "badvalue")
}

// Keys and their order follow from the declaration, in both versions.
func TestParametersAsDeclared(t *testing.T) {
	everything := []actionapi.Param{
		{Name: "word", Type: actionapi.String, Default: "", HasDefault: true, MaxBytes: 10, MaxChars: 5},
		{Name: "kinds", Type: actionapi.Enum, Values: []string{"a10", "a9", "B", "old", "2"}, Multi: true, All: "*", DeprecatedValues: []string{"old"}, Required: true},
		{Name: "limit", Type: actionapi.Limit, Default: "10", HasDefault: true, Range: &actionapi.Range{HasMin: true, Min: 1, HasMax: true, Max: 500, HighMax: 5000}},
		{Name: "n", Type: actionapi.Integer, Range: &actionapi.Range{HasMin: true, Min: -1, Enforce: true}, Deprecated: true, Sensitive: true},
		{Name: "who", Type: actionapi.User, Subtypes: []string{"name", "id"}, Multi: true, AllowDuplicates: true, LowLimit: 2, HighLimit: 3},
		{Name: "text-{kind}", Type: actionapi.Text, Template: map[string]string{"kind": "kinds"}},
		{Name: "when", Type: actionapi.Expiry},
		{Name: "secret", Type: actionapi.Password, TokenType: "csrf"},
	}
	r := newRig(t, func(o *rigOptions) {
		o.MoreModules = append(o.MoreModules, &actionapi.Module{
			Name: "all", Path: "all", Prefix: "p", Params: everything, Run: Info().Run,
			About: actionapi.About{Class: "ApiAll", Internal: true, Deprecated: true},
		})
	})
	c := r.client(t)
	const head = `{"name":"all","classname":"ApiAll","path":"all","group":"action","prefix":"p","source":"wikigate","sourcename":"wikigate","licensetag":"Apache-2.0","licenselink":"http://wiki.test/wiki/Special:Version/License/wikigate",`
	c.get("action=paraminfo&modules=all&formatversion=2").is(`{"paraminfo":{"helpformat":"none","modules":[` + head +
		`"deprecated":true,"internal":true,"helpurls":[],"parameters":[` +
		`{"index":1,"name":"word","type":"string","required":false,"default":"","multi":false,"maxbytes":10,"maxchars":5},` +
		`{"index":2,"name":"kinds","type":["2","B","a9","a10","old"],"required":true,"multi":true,"lowlimit":50,"highlimit":500,"limit":50,"allspecifier":"*","deprecatedvalues":["old"]},` +
		`{"index":3,"name":"limit","type":"limit","required":false,"default":10,"multi":false,"min":1,"max":500,"highmax":5000},` +
		`{"index":4,"name":"n","type":"integer","required":false,"deprecated":true,"sensitive":true,"multi":false,"min":-1,"enforcerange":true},` +
		`{"index":5,"name":"who","type":"user","required":false,"multi":true,"lowlimit":2,"highlimit":3,"limit":2,"allowsduplicates":true,"subtypes":["name","id"]},` +
		`{"index":7,"name":"when","type":"expiry","required":false,"multi":false},` +
		`{"index":8,"name":"secret","type":"password","required":false,"multi":false,"tokentype":"csrf"}],` +
		`"templatedparameters":[{"index":6,"name":"text-{kind}","templatevars":{"kind":"kinds"},"type":"text","required":false,"multi":false}]}]}}`)
	c.get("action=paraminfo&modules=all").is(`{"paraminfo":{"helpformat":"none","modules":[` + head +
		`"deprecated":"","internal":"","helpurls":[],"parameters":[` +
		`{"index":1,"name":"word","type":"string","default":"","maxbytes":10,"maxchars":5},` +
		`{"index":2,"name":"kinds","type":["2","B","a9","a10","old"],"required":"","multi":"","lowlimit":50,"highlimit":500,"limit":50,"allspecifier":"*","deprecatedvalues":["old"]},` +
		`{"index":3,"name":"limit","type":"limit","default":10,"min":1,"max":500,"highmax":5000},` +
		`{"index":4,"name":"n","type":"integer","deprecated":"","sensitive":"","min":-1,"enforcerange":""},` +
		`{"index":5,"name":"who","type":"user","multi":"","lowlimit":2,"highlimit":3,"limit":2,"allowsduplicates":"","subtypes":["name","id"]},` +
		`{"index":7,"name":"when","type":"expiry"},` +
		`{"index":8,"name":"secret","type":"password","tokentype":"csrf"}],` +
		`"templatedparameters":[{"index":6,"name":"text-{kind}","templatevars":{"kind":"kinds"},"type":"text"}]}]}}`)
	main := c.get("action=paraminfo&modules=main&formatversion=2").Body
	if !strings.Contains(main, `"xmlfm"`) || !strings.Contains(main, `"query","all"],"required":false,"default":"help","multi":false,"submodules":{"checktoken":"checktoken"`) || !strings.Contains(main, `"internalvalues":["all"]`) {
		t.Errorf("an internal module stands last: %.900s", main)
	}
	bot := r.client(t).login("BotUser@full", fullSecret)
	if a := bot.get("action=paraminfo&modules=all&formatversion=2"); !strings.Contains(a.Body, `"lowlimit":50,"highlimit":500,"limit":500`) || !strings.Contains(a.Body, `"highlimit":3,"limit":3`) {
		t.Errorf("the limit of a bot: %s", a.Body)
	}
}

// What pywikibot checks when it starts (pywikibot: data/api/_paraminfo.py).
func TestParamInfoAsPywikibotReadsIt(t *testing.T) {
	c := newRig(t).client(t)
	for _, version := range []string{"1", "2"} {
		a := c.get("action=paraminfo&modules=main|paraminfo|query&formatversion=" + version)
		modules := map[string]map[string]map[string]any{}
		for _, m := range a.value("paraminfo", "modules").([]any) {
			params := map[string]map[string]any{}
			for _, p := range m.(map[string]any)["parameters"].([]any) {
				params[p.(map[string]any)["name"].(string)] = p.(map[string]any)
			}
			modules[m.(map[string]any)["path"].(string)] = params
		}
		action := modules["main"]["action"]
		types, _ := action["type"].([]any)
		below, _ := action["submodules"].(map[string]any)
		if len(types) == 0 || len(types) != len(below) {
			t.Errorf("actions: %v, %v", types, below)
		}
		known := map[string]bool{}
		for _, name := range []string{"prop", "list", "meta"} {
			p := modules["query"][name]
			paths, ok := p["submodules"].(map[string]any)
			if !ok || p["limit"] != 50.0 {
				t.Errorf("%s: %v", name, p)
			}
			if _, ok := p["type"].([]any); !ok {
				t.Errorf("%s: the type is %v", name, p["type"])
			}
			for value, path := range paths {
				known[value] = path == "query+"+value
			}
		}
		generators, _ := modules["query"]["generator"]["type"].([]any)
		if len(generators) == 0 || modules["query"]["generator"]["submoduleparamprefix"] != "g" {
			t.Errorf("generator: %v", modules["query"]["generator"])
		}
		for _, g := range generators {
			if !known[g.(string)] {
				t.Errorf("%v is a generator and no submodule", g)
			}
		}
	}
}

func TestTextsInParamInfo(t *testing.T) {
	c := newRig(t).client(t)
	raw := c.get("action=paraminfo&modules=login&helpformat=raw&formatversion=2").Body
	for _, part := range []string{
		`"description":[{"key":"apihelp-login-summary","params":["lg","login","login"]},{"key":"apihelp-login-extended-description","params":["lg","login","login"]}],"writerights":true`,
		`"examples":[{"query":"action=login&lgname=user&lgpassword=password&lgtoken=123ABC","description":{"key":"apihelp-login-example-login","params":["lg","login","login"]}}],"parameters":[`,
		`{"index":1,"name":"name","description":[{"key":"apihelp-login-param-name","params":["lg","name","login","login"]}],"type":"string"`,
		`"description":[{"key":"api-help-param-token","params":["login","lg","token","login","login"]}]`,
	} {
		if !strings.Contains(raw, part) {
			t.Errorf("%s is not in %s", part, raw)
		}
	}
	raw = c.get("action=paraminfo&modules=query|query%2Buserinfo|jsonfm&helpformat=raw").Body
	for _, part := range []string{
		`{"key":"apihelp-query+tokens-summary","params":["","tokens","query+tokens"],"forvalue":"[[Special:ApiHelp/query+tokens|tokens]]"}`,
		`{"key":"apihelp-query+userinfo-paramvalue-prop-groups","params":["ui","prop","userinfo","query+userinfo","groups"],"forvalue":"groups"}`,
		`{"key":"api-pageset-param-titles","params":["","titles","query","query"]}`,
		`"description":{"key":"apihelp-format-example-generic","params":["JSON","","jsonfm","jsonfm"]}`,
		`{"key":"apihelp-format-param-wrappedhtml","params":["","wrappedhtml","jsonfm","jsonfm"]}`,
	} {
		if !strings.Contains(raw, part) {
			t.Errorf("%s is not in %s", part, raw)
		}
	}
	for format, parts := range map[string][]string{
		"wikitext": {`:\n\n;<span dir=\"ltr\" lang=\"en\">acceptlang</span>:`, `;<span dir=\"ltr\" lang=\"en\">[[Special:ApiHelp/query+tokens|tokens]]</span>:`, `.\n\n`},
		"html": {`:\n</p>\n<dl><dt><span dir=\"ltr\" lang=\"en\">acceptlang</span></dt>\n<dd>`, `</dd></dl>"`, `"description":"<p>`,
			`<a href=\"/wiki/Special:ApiHelp/query%2Btokens\" title=\"Special:ApiHelp/query+tokens\">tokens</a>`},
	} {
		a := c.get("action=paraminfo&modules=login|query|query%2Buserinfo&formatversion=2&helpformat=" + format)
		for _, part := range parts {
			if !strings.Contains(a.Body, part) {
				t.Errorf("%s: %s is not in %s", format, part, a.Body)
			}
		}
		german := c.get("action=paraminfo&modules=login&formatversion=2&uselang=de&helpformat=" + format)
		if !strings.Contains(german.Body, "Mit einem Bot-Passwort anmelden.") {
			t.Errorf("%s in German: %s", format, german.Body)
		}
	}
	xml := c.send("GET", "action=paraminfo&format=xml&modules=login&helpformat=wikitext", "", "").Body
	if !strings.Contains(xml, `<example query="action=login&amp;lgname=user&amp;lgpassword=password&amp;lgtoken=123ABC"><description xml:space="preserve">`) ||
		!strings.Contains(xml, `<helpurls><helpurl>`) || !strings.Contains(xml, `<templatedparameters />`) {
		t.Error(xml)
	}
}

// A server without pages has nothing to say about them, without a complaint.
func TestInfoTellsNothing(t *testing.T) {
	c := newRig(t).client(t)
	for _, query := range []string{
		"prop=info", "prop=info&titles=Main%20Page&inprop=protection|url&intestactions=edit", "prop=info&pageids=1&incontinue=x",
		"generator=info&ginprop=url&titles=A", "generator=info&prop=info&inprop=watched",
	} {
		c.get("action=query&formatversion=2&" + query).is(`{"batchcomplete":true}`)
	}
	c.get("action=query&generator=info&ginprop=x&formatversion=2&errorformat=none").is(
		`{"batchcomplete":true,"warnings":[{"code":"unrecognizedvalues","data":{"values":["x"]},"module":"query+info"}]}`)
	c.get("action=query&generator=tokens").fails("no generator", "badvalue")
}

func TestNaturalOrder(t *testing.T) {
	got := []string{"b", "a10", "a9", "A", "a", "10", "9", "a09b", "a9b", "", "a1b2", "a1b10", "!x", "a-"}
	slices.SortFunc(got, compareNatural)
	if want := "|!x|9|10|A|a|a-|a1b2|a1b10|a9|a09b|a9b|a10|b"; strings.Join(got, "|") != want {
		t.Errorf("%s, want %s", strings.Join(got, "|"), want)
	}
}
