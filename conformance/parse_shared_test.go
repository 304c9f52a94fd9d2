package conformance

import (
	"strings"
	"testing"
)

func TestSharedSteps(t *testing.T) {
	scenarios, err := Parse("topic.txt", `
with: common=1

steps: both
GET ?a={{prefix}}
=> 200
{"x": {{any > kept}}}
GET ?b
=> 200

scenario: first
title: First
rules: R-01-1.1
play: both
GET ?c={{kept}}
=> 200
play: both as b

scenario: second
title: Second
rules: R-01-1.1
GET ?d
client: c
=> 200
play: both
`)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range scenarios {
		for _, step := range s.Steps {
			all = append(all, step.Request.Client+step.Request.Target)
		}
	}
	want := "a?a={{prefix}}&common=1 a?b&common=1 a?c={{kept}}&common=1 b?a={{prefix}}&common=1 b?b&common=1 c?d&common=1 a?a={{prefix}}&common=1 a?b&common=1"
	if got := strings.Join(all, " "); got != want {
		t.Errorf("expected %s\ngot      %s", want, got)
	}
}

func TestWrongSharedSteps(t *testing.T) {
	const shared = "steps: s\nGET\n=> 200\n"
	for text, reason := range map[string]string{
		head + "play: s\n":                        "no steps: s above",
		shared + shared:                           "two steps: s",
		"steps: S S\n":                            "no name",
		"steps: s\nGET ?a\n" + head:               "no \"=> STATUS\"",
		shared + head + "GET ?{{kept}}\n=> 200\n": "kept",
	} {
		if _, err := Parse("f.txt", text); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: expected an error with %q, got %v", text, reason, err)
		}
	}
}
