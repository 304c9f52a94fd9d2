package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The parameters of a module are looked at to the last one, so that their
// warnings stand beside the error of the first that is refused.
func TestEachParameterIsLookedAt(t *testing.T) {
	c := newRig(t).client(t)
	bad, array := `{"code":"badutf8","module":"main"}`, `{"code":"unsupportedarray","module":"main"}`
	for query, warnings := range map[string]string{
		"action=nosuch&uselang=%01":                bad,
		"action=nosuch&requestid[]=x&variant=%01":  array + "," + bad,
		"action=query&assert=nosuch&uselang=%01":   bad,
		"action=query&maxage=x&assertuser=e%CC%81": bad,
	} {
		a := c.get(query + "&errorformat=none&formatversion=2")
		if got := a.raw("warnings"); got != "["+warnings+"]" {
			t.Errorf("%s: warnings %s, want [%s]", query, got, warnings)
		}
	}
	c.get("action=query&maxage=x&assert=nosuch").fails("the first one", "badinteger")
	c.get("action=query&list=allusers&aufrom=%1Fx&aulimit=501&errorformat=none&formatversion=2").shows("of a submodule",
		`{"errors":[{"code":"badvalue","module":"query+allusers"}],"warnings":[{"code":"outofrange","data":{"min":1,"curmax":500,"max":500,"highmax":5000},"module":"query+allusers"}],"docref":"T"}`)
	c.get("action=checktoken&maxtokenage=x&token=%01").fails("a missing one before it", "missingparam")
}

// A boolean is there or not; what it is does not matter.
func TestBooleansAreNotRead(t *testing.T) {
	c := newRig(t).client(t)
	for _, name := range []string{"errorsuselocal", "servedby", "utf8", "indexpageids"} {
		c.get("action=query&formatversion=2&" + name + "=%01%FF").is(`{"batchcomplete":true}`)
	}
}

// A value from the body may be windows-1252 when the URL has one of that name.
func TestEncodingOfValuesInBothPlaces(t *testing.T) {
	c := newRig(t).client(t)
	form := url.Values{"requestid": {"caf\xe9"}}
	for query, want := range map[string]string{"": `"caf\ufffd"`, "&requestid=": `"caf\u00e9"`, "&requestid[]=x": `"caf\u00e9"`} {
		if got := c.do(http.MethodPost, "action=query&meta=userinfo"+query, form).raw("requestid"); got != want {
			t.Errorf("with %q in the URL: %s, want %s", query, got, want)
		}
	}
}

// Languages are read as they were sent, and shown as any text.
func TestLanguagesAreReadRaw(t *testing.T) {
	c := newRig(t).client(t)
	for code, want := range map[string]string{
		"%C3%28": `"\ufffd("`, "%E9": `"\ufffd"`, "e%CC%81": `"\u00e9"`, "de%01": `"en"`, "%00": `"en"`, "DE": `"de"`,
	} {
		a := c.get("action=query&responselanginfo&errorformat=none&uselang=" + code + "&errorlang=" + code)
		for _, key := range []string{"uselang", "errorlang"} {
			if got := a.raw(key); got != want {
				t.Errorf("%s=%s: %s, want %s", key, code, got, want)
			}
		}
	}
}

// An error names the host, if the site shows it, even to those who did not
// ask.
func TestErrorsNameTheHost(t *testing.T) {
	c := newRig(t, func(o *rigOptions) { o.Engine.HostName = "host1" }).client(t)
	c.get("action=query&assert=user&formatversion=2").shows("error", `{"error":{"code":"assertuserfailed","info":"T","docref":"T"},"servedby":"host1"}`)
	c.get("action=query&formatversion=2").is(`{"batchcomplete":true}`)
}

// A page of help is in no format, and so nothing is wrong with the format's
// parameters.
func TestAPageHasNoFormat(t *testing.T) {
	c := newRig(t).client(t)
	for _, query := range []string{"format=json&formatversion=3", "format=php&formatversion=", "format=xml&xslt=x", "wrap=&format=none"} {
		a := c.send(http.MethodGet, query, "", "")
		if page := query != "wrap=&format=none"; (a.Header.Get("Content-Disposition") == "inline; filename=api-help.html") != page {
			t.Errorf("%s: %v", query, a.Header)
		}
	}
	c.get("action=help&wrap=&formatversion=3").fails("in a format", "badvalue")
}

// The callback is the first parameter of a format, and cleaned as any text.
func TestCallbackIsAParameter(t *testing.T) {
	c := newRig(t).client(t)
	for query, want := range map[string]string{
		"callback=c%1Fb":                    `/**/cb({"warnings":[{"code":"badutf8","module":"json"}],"batchcomplete":true})`,
		"callback=c%1Fb&assert=nosuch":      `/**/cb({"warnings":[{"code":"badutf8","module":"json"}],"errors":[{"code":"badvalue","module":"main"}],"docref":"T"})`,
		"callback=%1Ff":                     `{"warnings":[{"code":"errorprinterfailed","module":"main"},{"code":"badvalue","module":"json"}],"errors":[{"code":"badvalue","module":"json"}],"*":"T"}`,
		"formatversion=1%1F2":               `{"errors":[{"code":"badvalue","module":"json"}],"warnings":[{"code":"badutf8","module":"json"},{"code":"errorprinterfailed","module":"main"},{"code":"badvalue","module":"json"}],"*":"T"}`,
		"formatversion=1%1F2&assert=nosuch": `{"warnings":[{"code":"badutf8","module":"json"},{"code":"errorprinterfailed","module":"main"},{"code":"badvalue","module":"json"}],"errors":[{"code":"badvalue","module":"main"}],"*":"T"}`,
	} {
		a := c.do(http.MethodGet, "action=query&format=json&errorformat=none&formatversion=2&"+query, nil)
		a.shows(query, want)
	}
}

// An error names values in the order in which MediaWiki declares them.
func TestValuesStandInTheirOrder(t *testing.T) {
	c := newRig(t).client(t)
	for query, want := range map[string]string{
		"meta=siteinfo&sifilteriw=x":      `[{"plaintext":"local"},{"plaintext":"!local"}]`,
		"assert=x":                        `[{"plaintext":"anon"},{"plaintext":"user"},{"plaintext":"bot"}]`,
		"list=allusers&audir=x":           `[{"plaintext":"ascending"},{"plaintext":"descending"}]`,
		"prop=info&intestactionsdetail=x": `[{"plaintext":"boolean"},{"plaintext":"full"},{"plaintext":"quick"}]`,
	} {
		if a := c.get("action=query&errorformat=raw&" + query); !strings.Contains(a.Body, `{"list":`+want+`,"type":"text"}`) {
			t.Errorf("%s: %s", query, a.Body)
		}
	}
}
