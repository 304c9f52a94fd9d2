package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// cookieCheck is what must hold of a cookie that an answer sets.
type cookieCheck struct {
	name, value string
	attributes  []string // empty: they are not looked at
}

// parseCookieCheck reads "NAME = value; attribute; attribute".
func parseCookieCheck(text string) (check, error) {
	parts := strings.Split(text, ";")
	name, value, hasValue := strings.Cut(parts[0], " =")
	c := cookieCheck{name: strings.TrimSpace(name), value: "{{any}}"}
	if hasValue {
		c.value = strings.TrimSpace(value)
	}
	if c.name == "" {
		return nil, errors.New("cookie: wants \"name = value; attributes\"")
	}
	lives := false
	for _, part := range parts[1:] {
		part = strings.TrimSpace(part)
		key, days, _ := strings.Cut(part, "=")
		switch key {
		case "session", "days":
			lives = true
			if _, err := strconv.Atoi(days); key == "days" && err != nil {
				return nil, fmt.Errorf("cookie: %q is no number of days", part)
			}
		case "httponly", "secure", "path", "domain", "samesite":
		default:
			return nil, fmt.Errorf("cookie: %q is none of session, days=, httponly, secure, path=, domain=, samesite=", part)
		}
		c.attributes = append(c.attributes, part)
	}
	if len(c.attributes) > 0 && !lives {
		return nil, errors.New("cookie: among the attributes is session or days=N")
	}
	return c, nil
}

func (c cookieCheck) expressions() []string { return []string{c.name, c.value} }

func (c cookieCheck) hold(a *answer, v *values) error {
	cookie, name, err := a.cookie(c.name, v)
	if err != nil {
		return err
	}
	if cookie == nil {
		return fmt.Errorf("cookie %s: it is not set", name)
	}
	if deleted(cookie) {
		return fmt.Errorf("cookie %s: it is deleted", name)
	}
	if err := matchText(c.value, cookie.Value, v); err != nil {
		return fmt.Errorf("cookie %s: %w", name, err)
	}
	if err := c.holdAttributes(cookie); err != nil {
		return fmt.Errorf("cookie %s: %w in %s", name, err, cookie.Raw)
	}
	return nil
}

// holdAttributes compares the attributes. Those that keep a cookie from
// scripts and from the open wire may neither be missing nor be too many.
func (c cookieCheck) holdAttributes(cookie *http.Cookie) error {
	if len(c.attributes) == 0 {
		return nil
	}
	httpOnly, secure := false, false
	for _, attribute := range c.attributes {
		key, want, _ := strings.Cut(attribute, "=")
		var got string
		switch key {
		case "httponly":
			httpOnly = true
		case "secure":
			secure = true
		case "session":
			if !cookie.Expires.IsZero() || cookie.MaxAge != 0 {
				return errors.New("expected no expiry")
			}
		case "days":
			if err := livesFor(cookie, want); err != nil {
				return err
			}
		case "path":
			got = cookie.Path
		case "domain":
			got = cookie.Domain
		case "samesite":
			got = sameSite(cookie)
		}
		if (key == "path" || key == "domain" || key == "samesite") && got != want {
			return fmt.Errorf("expected %s", attribute)
		}
	}
	if cookie.HttpOnly != httpOnly {
		return fmt.Errorf("expected HttpOnly to be %t", httpOnly)
	}
	if cookie.Secure != secure {
		return fmt.Errorf("expected Secure to be %t", secure)
	}
	return nil
}

// livesFor allows for clocks that are not quite the same.
func livesFor(cookie *http.Cookie, days string) error {
	n, err := strconv.Atoi(days)
	if err != nil {
		return err
	}
	life := time.Duration(cookie.MaxAge) * time.Second
	if cookie.MaxAge == 0 {
		life = time.Until(cookie.Expires)
	}
	const tolerance = 5 * time.Minute
	if off := life - time.Duration(n)*24*time.Hour; off < -tolerance || off > tolerance {
		return fmt.Errorf("expected a life of %d days, got %v", n, life.Round(time.Second))
	}
	return nil
}

func sameSite(cookie *http.Cookie) string {
	switch cookie.SameSite {
	case http.SameSiteLaxMode:
		return "Lax"
	case http.SameSiteStrictMode:
		return "Strict"
	case http.SameSiteNoneMode:
		return "None"
	}
	return ""
}

// deleted says whether setting the cookie deletes it.
func deleted(c *http.Cookie) bool {
	return c.MaxAge < 0 || !c.Expires.IsZero() && c.Expires.Before(time.Now())
}

// cookie finds the last cookie of a name, nil if there is none.
func (a *answer) cookie(template string, v *values) (*http.Cookie, string, error) {
	name, err := v.fill(template, nil)
	if err != nil {
		return nil, name, err
	}
	for i := len(a.cookies) - 1; i >= 0; i-- {
		if a.cookies[i].Name == name {
			return a.cookies[i], name, nil
		}
	}
	return nil, name, nil
}

// noCookieCheck wants a cookie not to be touched.
type noCookieCheck string

func (c noCookieCheck) expressions() []string { return []string{string(c)} }

func (c noCookieCheck) filled() {}

func (c noCookieCheck) hold(a *answer, v *values) error {
	cookie, name, err := a.cookie(string(c), v)
	if err == nil && cookie != nil {
		err = fmt.Errorf("cookie %s: expected none, got %s", name, cookie.Raw)
	}
	return err
}

// deletedCheck wants a cookie to be deleted.
type deletedCheck string

func (c deletedCheck) expressions() []string { return []string{string(c)} }

func (c deletedCheck) filled() {}

func (c deletedCheck) hold(a *answer, v *values) error {
	cookie, name, err := a.cookie(string(c), v)
	switch {
	case err != nil:
		return err
	case cookie == nil:
		return fmt.Errorf("cookie %s: expected it to be deleted, but it is not touched", name)
	case !deleted(cookie):
		return fmt.Errorf("cookie %s: expected it to be deleted, got %s", name, cookie.Raw)
	}
	return nil
}
