package modules

import (
	"net/http"
	"net/url"
	"testing"
)

// A login that was waiting ends when another one passes, also for whoever kept
// the cookie from before.
func TestNothingWaitsInASessionThatALoginHasUsedUp(t *testing.T) {
	r, _ := withFactor(t)
	before := r.client(t)
	address, err := url.Parse(r.URL)
	must(t, err)
	form := url.Values{
		"action": {"clientlogin"}, "loginreturnurl": {"http://x.test/"}, "username": {"Tfa"}, "password": {tfaPassword},
		"logintoken": {before.token("login")},
	}
	if got := before.post(form).text("clientlogin", "status"); got != "UI" {
		t.Fatalf("status %s", got)
	}
	const waiting = "action=query&meta=authmanagerinfo&amirequestsfor=login-continue&formatversion=2"
	if got := before.get(waiting).raw("query", "authmanagerinfo", "requests"); got == "[]" {
		t.Fatal("nothing waits")
	}
	var old []*http.Cookie
	for _, c := range before.http.Jar.Cookies(address) {
		old = append(old, &http.Cookie{Name: c.Name, Value: c.Value, Path: "/"})
	}
	form.Set("username", "Alice")
	form.Set("password", alicePassword)
	if got := before.post(form).text("clientlogin", "status"); got != "PASS" {
		t.Fatalf("status %s", got)
	}
	again := r.client(t)
	again.http.Jar.SetCookies(address, old)
	if got := again.get(waiting).raw("query", "authmanagerinfo", "requests"); got != "[]" {
		t.Errorf("the old cookie shows what waited: %s", got)
	}
}
