package config

import (
	"os"
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

// What is wrong with a file is said, and not only what is expected of it.
func TestWhatIsWrongWithAFile(t *testing.T) {
	folder, open := t.TempDir(), writeFile(t, "sixteen characters and more")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		"captcha-questions-file=/does/not/exist":                                                "): there is no such file; expected ",
		"captcha-questions-file=" + folder:                                                      "): it is no file; expected ",
		"captcha-questions-file=" + writeFile(t, "\n[[question\n"):                              ": not TOML: ",
		"captcha-questions-file=" + writeFile(t, "# none yet"):                                  "): there is no question in it; expected ",
		"captcha-questions-file=" + writeFile(t, "[[question]]\nask = 'x'\nanswer = '2'"):       "): question.answer means nothing in it; expected ",
		"captcha-questions-file=" + writeFile(t, "[[question]]\nask = ' '\nanswers = ['2']"):    "): question 1 lacks ask; expected ",
		"captcha-questions-file=" + writeFile(t, "[[question]]\nask = 'x'\nanswers = ['2','']"): "): question 1 lacks an answer, or has an empty one; expected ",
		"captcha-secret-file=/does/not/exist":                                                   "): there is no such file; expected ",
		"captcha-secret-file=" + open:                                                           "): others than its owner and group may use it; expected ",
	} {
		_, err := Load(Source{Flags: parseFlags(t, "--"+given)})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q in it", given, err, want)
		}
	}
}
