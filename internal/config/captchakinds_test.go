package config

import (
	"reflect"
	"strings"
	"testing"
)

func TestQuestionFiles(t *testing.T) {
	const good = "[[question]]\nask = 'What colour is grass?'\nanswers = ['green', 'Green as grass']\n[[question]]\nask = 'Two?'\nanswers = ['2']\n"
	want := []Question{{"What colour is grass?", []string{"green", "Green as grass"}}, {"Two?", []string{"2"}}}
	for content, list := range map[string][]Question{
		good:                                 want,
		"":                                   nil,
		"question = 'Two?'":                  nil,
		"[[question]]\nask = 'Two?'":         nil,
		"[[question]]\nanswers = ['2']":      nil,
		good + "answer = '2'":                nil,
		"[[questions]]\nask = 'x'":           nil,
		"[[question]]\nask = ''\nanswers=[]": nil,
		"[[question]]\nask = 'x'\nanswers = ['', 'y']": nil,
		"\xff": nil,
	} {
		path := writeFile(t, content)
		cfg, err := Load(Source{Flags: parseFlags(t, "--captcha-questions-file="+path)})
		if (err == nil) != (list != nil) || err == nil && !reflect.DeepEqual(cfg.CaptchaQuestions, Questions{Path: path, List: list}) {
			t.Errorf("%q: %+v, %v", content, cfg.CaptchaQuestions, err)
		}
		if err == nil && strings.Contains(shown(cfg, "captcha-questions-file"), "green") {
			t.Error("the answers are shown")
		}
	}
}
