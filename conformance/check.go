package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// answer is what came back.
type answer struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
	body    []byte
}

// parseCheck makes a check out of a line "keyword: value".
func parseCheck(keyword, value string) (check, error) {
	switch keyword {
	case "no header", "no cookie", "deletes", "contains", "lacks":
		if value == "" {
			return nil, fmt.Errorf("%s: says nothing", keyword)
		}
	}
	switch keyword {
	case "header":
		name, want, ok := strings.Cut(value, ":")
		if !ok {
			return nil, errors.New("header: wants \"Name: value\"")
		}
		return headerCheck{name, strings.TrimSpace(want)}, nil
	case "no header":
		return noHeaderCheck(value), nil
	case "cookie":
		return parseCookieCheck(value)
	case "no cookie":
		return noCookieCheck(value), nil
	case "deletes":
		return deletedCheck(value), nil
	case "body":
		return bodyCheck(value), nil
	case "contains":
		return containsCheck{text: value, wanted: true}, nil
	case "lacks":
		return containsCheck{text: value}, nil
	case "differ":
		names := strings.Fields(value)
		if len(names) != 2 {
			return nil, errors.New("differ: wants two names")
		}
		return differCheck{names[0], names[1]}, nil
	}
	return nil, fmt.Errorf("there is no check %q", keyword)
}

type statusCheck int

func (c statusCheck) expressions() []string { return nil }

func (c statusCheck) hold(a *answer, _ *values) error {
	if a.status != int(c) {
		return fmt.Errorf("expected status %d, got %d", int(c), a.status)
	}
	return nil
}

type headerCheck struct{ name, want string }

func (c headerCheck) expressions() []string { return []string{c.want} }

func (c headerCheck) hold(a *answer, v *values) error {
	got, ok := a.header[http.CanonicalHeaderKey(c.name)]
	if !ok {
		return fmt.Errorf("header %s: it is missing", c.name)
	}
	if err := matchText(c.want, strings.Join(got, ", "), v); err != nil {
		return fmt.Errorf("header %s: %w", c.name, err)
	}
	return nil
}

type noHeaderCheck string

func (c noHeaderCheck) expressions() []string { return nil }

func (c noHeaderCheck) hold(a *answer, _ *values) error {
	if got, ok := a.header[http.CanonicalHeaderKey(string(c))]; ok {
		return fmt.Errorf("header %s: expected none, got %s", string(c), quoted(strings.Join(got, ", ")))
	}
	return nil
}

type bodyCheck string

func (c bodyCheck) expressions() []string { return []string{string(c)} }

func (c bodyCheck) hold(a *answer, v *values) error {
	if err := matchText(string(c), string(a.body), v); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return nil
}

type containsCheck struct {
	text   string
	wanted bool
}

func (c containsCheck) expressions() []string { return []string{c.text} }

func (c containsCheck) filled() {}

func (c containsCheck) hold(a *answer, v *values) error {
	text, err := v.fill(c.text, nil)
	if err != nil {
		return err
	}
	switch found := strings.Contains(string(a.body), text); {
	case found && !c.wanted:
		return fmt.Errorf("body: it contains %s", quoted(text))
	case !found && c.wanted:
		return fmt.Errorf("body: %s is not in %s", quoted(text), shorten(quoted(string(a.body))))
	}
	return nil
}

type jsonCheck struct{ want pattern }

func (c jsonCheck) expressions() []string { return c.want.expressions() }

func (c jsonCheck) hold(a *answer, v *values) error {
	got, err := readJSON(a.body)
	if err != nil {
		return err
	}
	return c.want.match(got, "$", v)
}

// differCheck wants two kept values to be different.
type differCheck struct{ one, other string }

func (c differCheck) expressions() []string {
	return []string{"{{" + c.one + "}}", "{{" + c.other + "}}"}
}

func (c differCheck) hold(_ *answer, v *values) error {
	one, err := v.lookup(c.one)
	if err != nil {
		return err
	}
	other, err := v.lookup(c.other)
	if err != nil {
		return err
	}
	if one == other {
		return fmt.Errorf("%s and %s are the same: %s", c.one, c.other, shorten(quoted(one)))
	}
	return nil
}

// farmCookies tell MediaWiki's own load balancer about a recent write. They
// are no part of the protocol.
var farmCookies = []string{"cpPosIndex", "UseDC", "UseCDNCache"}

type noCookiesCheck struct{}

func (noCookiesCheck) expressions() []string { return nil }

func (noCookiesCheck) hold(a *answer, _ *values) error {
	for _, c := range a.cookies {
		if !slices.Contains(farmCookies, c.Name) {
			return fmt.Errorf("cookie %s: expected no cookies at all", c.Name)
		}
	}
	return nil
}
