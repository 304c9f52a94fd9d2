package e2e

import (
	"fmt"
	"strings"
	"testing"
)

const maxBody = 2 << 20 // the default of the option max-body

// multipartForm is a body of parts, each its header and its content.
func multipartForm(target, boundary string, parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString("--" + boundary + "\r\n" + part + "\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return multipartBody(target, boundary, b.String())
}

func multipartBody(target, boundary, body string) string {
	return message("POST", target, body,
		"Content-Type: multipart/form-data; boundary="+boundary, fmt.Sprint("Content-Length: ", len(body)))
}

// part is a form field.
func part(name, value string) string {
	return fmt.Sprintf("Content-Disposition: form-data; name=%q\r\n\r\n%s", name, value)
}

// Bodies that no honest client sends.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.secrets.keep("the password of all probes", needle)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	password := part("lgpassword", needle)
	w.run(t, []probe{
		{"as large as may be", posted(login, "lgpassword="+strings.Repeat("x", maxBody-len("lgpassword="))), 200, needTok},
		{"a byte larger", posted(login, "lgpassword="+strings.Repeat("x", maxBody+1-len("lgpassword="))), 413, ""},
		{"100 MB announced", message("POST", login, lgpass, "Content-Type: "+formType, "Content-Length: 100000000"), 413, ""},
		{"too large and of unknown length", chunked(login, strings.Repeat("x", maxBody+1)), 413, ""},
		{"too large in parts", multipartForm(login, "B", part("lgname", strings.Repeat("x", maxBody))), 413, ""},
		{"in chunks", chunked(login, lgpass), 200, needTok},
		{"shorter than announced", message("POST", login, lgpass, "Content-Type: "+formType, "Content-Length: 1000"), 400, ""},
		{"longer than announced", message("POST", login, lgpass+"GET "+who+" HTTP/1.1\r\n\r\n", "Content-Type: "+formType, fmt.Sprint("Content-Length: ", len(lgpass))), 200, needTok},
		{"chunks that break off", message("POST", login, "ff\r\n"+lgpass, "Content-Type: "+formType, "Transfer-Encoding: chunked"), 400, ""},
		{"a chunk of bad length", message("POST", login, "zz\r\n"+lgpass+"\r\n0\r\n\r\n", "Content-Type: "+formType, "Transfer-Encoding: chunked"), 400, ""},
		{"a chunk of huge length", message("POST", login, "fffffffffffffffff\r\n"+lgpass, "Content-Type: "+formType, "Transfer-Encoding: chunked"), 400, ""},
		{"a chunk of negative length", message("POST", login, "-1\r\n"+lgpass, "Content-Type: "+formType, "Transfer-Encoding: chunked"), 400, ""},
		{"another coding than chunked", message("POST", login, lgpass, "Content-Type: "+formType, "Transfer-Encoding: gzip"), 501, ""},
		{"compressed", posted(login, "\x1f\x8b\x08\x00\x00", "Content-Encoding: gzip"), 200, needTok},

		{"no boundary", message("POST", login, "--\r\n\r\n", "Content-Type: multipart/form-data", "Content-Length: 6"), 0, ""},
		{"a boundary that is not there", multipartBody(login, "other", "--B\r\n"+password+"\r\n--B--\r\n"), 0, ""},
		{"a boundary too long", multipartForm(login, strings.Repeat("b", 5000), password), 0, ""},
		{"no end", multipartBody(login, "B", "--B\r\n"+password), 0, ""},
		{"no line between header and content", multipartBody(login, "B", "--B\r\nContent-Disposition: form-data; name=lgname\r\n--B--\r\n"), 0, ""},
		{"a header that is none", multipartForm(login, "B", "nonsense\r\n\r\nx"), 0, ""},
		{"a header of 1 MB", multipartForm(login, "B", "X: "+strings.Repeat("x", 1<<20)+"\r\n\r\nx"), 0, ""},
		{"20,000 headers", multipartForm(login, "B", strings.Repeat("X: y\r\n", 20_000)+"\r\nx"), 0, ""},
		{"50,000 parts", multipartForm(login, "B", strings.Split(strings.Repeat(part("a", "")+"|", 20_000), "|")[:20_000]...), 413, ""},
		{"a part without a name", multipartForm(login, "B", "\r\nx", "Content-Disposition: form-data\r\n\r\ny", password), 200, needTok},
		{"a part that is a file", multipartForm(login, "B", "Content-Disposition: form-data; name=lgtoken; filename=x\r\n\r\n1", password), 200, needTok},
		{"parts in a part", multipartForm(login, "B", "Content-Disposition: form-data; name=lgname\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\n\r\nx\r\n--C--", password), 200, needTok},
		{"arrays and NUL in names", multipartForm(login, "B", part("lgname[]", "W"), part("lgto\x00ken", "1"), password), 200, needTok},
		{"control characters in values", multipartForm(login, "B", part("lgname", "\x01\xff"), password), 200, `"code":"badutf8"`},

		{"JSON", message("POST", login, `{"lgtoken":"x"}`, "Content-Type: application/json", "Content-Length: 15"), 200, needTok},
		{"plain text", message("POST", login, "lgtoken=x", "Content-Type: text/plain", "Content-Length: 9"), 200, needTok},
		{"no type", message("POST", login, "lgtoken=x", "Content-Length: 9"), 200, needTok},
		{"a type that is none", message("POST", login, "lgtoken=x", "Content-Type: ;;;=", "Content-Length: 9"), 200, needTok},
		{"a type in other letters", message("POST", login, "lgtoken=x", "Content-Type: Application/X-WWW-Form-URLEncoded; charset=utf-16", "Content-Length: 9"), 200, lost},
	})
	w.stillServes(t, b)
}

// A body that breaks off in the middle of a login changes nothing: its attempt
// is none.
func TestTruncatedLoginIsNoAttempt(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.client()
	token := c.token("login")
	form := fields{"lgname": b.login, "lgtoken": token, "lgpassword": b.secret}.encode()
	for cut := range 20 {
		text := message("POST", login, form[:len(form)-1-cut], "Cookie: "+c.cookieHeader(),
			"Content-Type: "+formType, fmt.Sprint("Content-Length: ", len(form)))
		if r := w.rawAndHangUp(t, text, 0); r.status != 400 || len(r.set) > 0 {
			t.Fatalf("%d bytes short: status %d, sets %q, %.200q", cut+1, r.status, r.set, r.body)
		}
	}
	// More than the throttle lets pass in vain, had they been attempts.
	if a := c.attempt(b.login, b.secret, token); a.Login.Result != "Success" {
		t.Errorf("the whole form: %+v", a.Login)
	}
}
