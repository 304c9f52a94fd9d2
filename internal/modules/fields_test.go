package modules

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/message"
)

// stepwise is a module that takes fields beside its parameters, as those do
// that go on in steps. It writes messages as data.
func stepwise() *actionapi.Module {
	return &actionapi.Module{
		Name: "stepwise", Path: "stepwise", Prefix: "st",
		Params: []actionapi.Param{{Name: "continue", Type: actionapi.Boolean, Help: message.New("api-help-authmanagerhelper-continue")}},
		About: actionapi.About{
			Class: "ApiStepwise",
			More: []message.Message{message.New("api-help-authmanager-general-usage",
				message.Text("st"), message.Text("stepwise"), message.Text("stepwise"), message.Text("create"), message.Text("createaccount"))},
			Dynamic:  message.New("api-help-authmanagerhelper-additional-params", message.Text("create")),
			Examples: []actionapi.Example{{Query: "action=stepwise", Help: message.New("api-help-authmanagerhelper-preservestate")}},
		},
		Run: func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
			o := c.Result()
			wrong := message.New("passwordtooshort", message.Number(1000))
			c.WriteKey(o.Object("name"), message.Literal("William"))
			c.WriteKey(o.Object("nobody"), message.Literal(""))
			c.WriteBareKey(o.Object("bare"), message.Literal(""))
			c.WriteKey(o.Object("wrong"), message.New("resetpass-validity", message.Sub(wrong), message.Sub(message.Literal("<b"))))
			return nil, nil
		},
	}
}

func stepwiseRig(t *testing.T) *rig {
	return newRig(t, func(o *rigOptions) { o.MoreModules = append(o.MoreModules, stepwise()) })
}

// The keys and parameters are in the places that a real MediaWiki 1.39 has them
// in for action=clientlogin.
func TestParamInfoOfModulesWithFields(t *testing.T) {
	c := stepwiseRig(t).client(t)
	const query = "action=paraminfo&modules=stepwise"
	for more, want := range map[string][]string{
		"":                 {`"templatedparameters":[],"dynamicparameters":""}]}}`},
		"&formatversion=2": {`"templatedparameters":[],"dynamicparameters":true}]}}`},
		"&helpformat=raw":  {`"templatedparameters":[],"dynamicparameters":[{"key":"api-help-authmanagerhelper-additional-params","params":["create","st","stepwise","stepwise"]}]}]}}`},
		"&helpformat=raw&formatversion=2": {
			`"description":[{"key":"apihelp-stepwise-summary","params":["st","stepwise","stepwise"]},{"key":"apihelp-stepwise-extended-description","params":["st","stepwise","stepwise"]},` +
				`{"key":"api-help-authmanager-general-usage","params":["st","stepwise","stepwise","create","createaccount"]}]`,
			`"description":[{"key":"api-help-authmanagerhelper-continue","params":["st","continue","stepwise","stepwise"]}]`,
		},
		"&helpformat=wikitext&formatversion=2": {`<kbd>amirequestsfor=create</kbd>`, `<var>stcontinue</var>`, `<kbd>createaccount</kbd>.\n\n2. `},
		"&helpformat=html&formatversion=2":     {`"description":"<p>1. Ask <kbd>`, `<kbd>createaccount</kbd>.\n</p>\n<p>2. `, `"dynamicparameters":"This module`},
	} {
		body := c.get(query + more).Body
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s: %s is not in %s", more, part, body)
			}
		}
	}
	xml := c.send(http.MethodGet, query+"&format=xml&helpformat=raw", "", "").Body
	if !strings.Contains(xml, `<dynamicparameters><msg key="api-help-authmanagerhelper-additional-params"><params><param>create</param>`) {
		t.Error(xml)
	}
	if a := c.get("action=paraminfo&modules=login"); strings.Contains(a.Body, "dynamic") {
		t.Error(a.Body)
	}
}

func TestHelpOfModulesWithFields(t *testing.T) {
	c := stepwiseRig(t).client(t)
	for language, parts := range map[string][]string{
		"en": {"<p>1. Ask ", "<p>2. Show ", "<p>This module takes fields, too", "amirequestsfor=create</kbd>"},
		"de": {"<p>Dieses Modul nimmt auch Felder an"},
	} {
		body := c.helpOf("modules=stepwise&uselang=" + language).Body
		parsePage(t, body)
		for _, part := range parts {
			if !strings.Contains(body, part) {
				t.Errorf("%s: %s is not in %s", language, part, body)
			}
		}
	}
}

// A message as data: one in it is its text as HTML, and a literal one without a
// text has null, as MediaWiki's account of a request has.
func TestMessagesAsData(t *testing.T) {
	c := stepwiseRig(t).client(t)
	c.get("action=stepwise&formatversion=2").is(`{"name":{"key":"$1","params":["William"]},"nobody":{"key":"$1","params":[null]},"bare":{"key":"$1","params":[null]},` +
		`"wrong":{"key":"resetpass-validity","params":["Passwords must have 1,000 bytes or more.","&lt;b"]}}`)
	german := c.get("action=stepwise&uselang=de&errorlang=fr&formatversion=2").Body
	if !strings.Contains(german, `"params":["Passwörter müssen mindestens 1.000 Byte haben.","&lt;b"]`) {
		t.Error(german)
	}
	xml := c.send(http.MethodGet, "action=stepwise&format=xml", "", "").Body
	if !strings.Contains(xml, `<nobody key="$1"><params><param /></params>`) || !strings.Contains(xml, `<bare key="$1"><params><_v /></params>`) {
		t.Error(xml)
	}
}
