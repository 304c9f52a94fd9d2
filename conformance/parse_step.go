package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mostPause keeps a run from standing still.
const mostPause = 5 * time.Second

func (p *parser) startStep(method, target string) error {
	if p.scenario == nil {
		return errors.New("a request stands in a scenario")
	}
	if err := p.endStep(); err != nil {
		return err
	}
	p.step = &Step{Line: p.at, Request: &Request{Method: method, Target: p.withCommon(target), Client: "a"}}
	return nil
}

// withCommon adds what all requests have in their query, unless the request
// names the parameter itself.
func (p *parser) withCommon(target string) string {
	if target != "" && target[0] != '?' && target[0] != '/' {
		target = "?" + target
	}
	pathInfo, query, _ := strings.Cut(target, "?")
	var pairs, named []string
	if query != "" {
		pairs = strings.Split(query, "&")
	}
	for _, pair := range pairs {
		named = append(named, parameterName(pair))
	}
	for pair := range strings.SplitSeq(p.commonHere, "&") {
		if pair != "" && !slices.Contains(named, parameterName(pair)) {
			pairs = append(pairs, pair)
		}
	}
	if len(pairs) == 0 {
		return target
	}
	return pathInfo + "?" + strings.Join(pairs, "&")
}

func parameterName(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return name
}

func (p *parser) endStep() error {
	if p.step == nil {
		return nil
	}
	if !p.checking {
		return errors.New("the request before has no \"=> STATUS\"")
	}
	if r := p.step.Request; r.Body != nil && len(r.Fields) > 0 || r.Parts && len(r.Fields) == 0 {
		return errors.New("the request before has fields and a body, or says multipart and has no fields")
	}
	p.scenario.Steps = append(p.scenario.Steps, *p.step)
	p.step, p.checking = nil, false
	return nil
}

func (p *parser) pause(value string) error {
	if err := p.endStep(); err != nil {
		return err
	}
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > mostPause {
		return fmt.Errorf("wait: wants a time such as 1.1s, at most %v", mostPause)
	}
	p.scenario.Steps = append(p.scenario.Steps, Step{Line: p.at, Pause: d})
	return nil
}

func (p *parser) startChecks(status string) error {
	if p.step == nil {
		return errors.New("=> follows a request")
	}
	code, err := strconv.Atoi(status)
	if err != nil || code < 100 || code > 599 {
		return fmt.Errorf("=> wants an HTTP status, not %q", status)
	}
	p.checking = true
	p.step.Checks = append(p.step.Checks, statusCheck(code))
	return nil
}

// fieldLine is a parameter of a form.
var fieldLine = regexp.MustCompile(`\A(\S+) =(?: (.*))?\z`)

// requestPart is a line between the request line and "=>".
func (p *parser) requestPart(keyword, value, line string) error {
	r := p.step.Request
	switch line {
	case "https":
		r.HTTPS = true
		return nil
	case "multipart":
		r.Parts = true
		return nil
	case "no cookies":
		r.NoCookies = true
		return nil
	}
	switch keyword {
	case "client":
		r.Client = value
	case "address":
		r.Address = value
	case "header":
		name, text, ok := strings.Cut(value, ":")
		if !ok {
			return errors.New("header: wants \"Name: value\"")
		}
		r.Headers = append(r.Headers, [2]string{name, strings.TrimSpace(text)})
	case "body":
		text, err := unquote(value)
		r.Body = &text
		return err
	case "set cookie":
		name, text, ok := strings.Cut(value, " =")
		if !ok {
			return errors.New("set cookie: wants \"name = value\"")
		}
		r.Cookies = append(r.Cookies, [2]string{strings.TrimSpace(name), strings.TrimSpace(text)})
	case "drop cookie":
		r.Drop = append(r.Drop, value)
	case "cookies of":
		r.CopyFrom = value
	default:
		return p.field(line)
	}
	return nil
}

func (p *parser) field(line string) error {
	m := fieldLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("%q is no part of a request: fields are \"name = value\"", line)
	}
	value, err := unquote(m[2])
	p.step.Request.Fields = append(p.step.Request.Fields, [2]string{m[1], value})
	return err
}

// unquote takes a text in quotation marks as JSON, and any other as it is.
func unquote(text string) (string, error) {
	if !strings.HasPrefix(text, `"`) {
		return text, nil
	}
	var plain string
	if err := json.Unmarshal([]byte(text), &plain); err != nil {
		return "", fmt.Errorf("%s is no string of JSON: %w", text, err)
	}
	return plain, nil
}

// checkLine is a line after "=>".
func (p *parser) checkLine(line string) error {
	if strings.HasPrefix(line, "{") || strings.HasPrefix(line, "[") {
		return p.jsonCheck()
	}
	if line == "no cookies" {
		p.addCheck(noCookiesCheck{})
		return nil
	}
	if line == "body" {
		p.addCheck(bodyCheck(p.block()))
		return nil
	}
	m := keywordLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("%q is no check", line)
	}
	switch m[1] {
	case "scenario":
		return p.startScenario(m[2])
	case "steps":
		return p.startShared(m[2])
	case "wait":
		return p.pause(m[2])
	case "play":
		return p.playShared(m[2])
	}
	c, err := parseCheck(m[1], m[2])
	if err != nil {
		return err
	}
	p.addCheck(c)
	return nil
}

func (p *parser) addCheck(c check) { p.step.Checks = append(p.step.Checks, c) }

// block takes the following lines that begin with |.
func (p *parser) block() string {
	var lines []string
	for p.next < len(p.lines) {
		text, ok := strings.CutPrefix(strings.TrimLeft(p.lines[p.next], " \t"), "|")
		if !ok {
			break
		}
		lines = append(lines, strings.TrimPrefix(text, " "))
		p.next++
	}
	return strings.Join(lines, "\n")
}

// jsonCheck reads a JSON pattern that begins in this line and ends with one.
func (p *parser) jsonCheck() error {
	rest := strings.Join(p.lines[p.at-1:], "\n")
	r := &patternReader{text: rest}
	want, err := r.value()
	if err != nil {
		p.at += strings.Count(rest[:r.at], "\n")
		return err
	}
	lineEnd, _, _ := strings.Cut(rest[r.at:], "\n")
	if strings.TrimSpace(lineEnd) != "" {
		return fmt.Errorf("something follows the JSON pattern: %q", lineEnd)
	}
	p.next = p.at + strings.Count(rest[:r.at], "\n")
	p.addCheck(jsonCheck{want})
	return nil
}
