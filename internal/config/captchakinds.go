package config

import (
	"os"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"
)

// Questions are those of the operator's own captcha.
type Questions struct {
	Path string // empty: there are none
	List []Question
}

// Question is one with the answers that are right.
type Question struct {
	Ask     string   `toml:"ask"`
	Answers []string `toml:"answers"`
}

// questionsFile is the path of a file with questions. The dump shows the path
// and never what stands in the file.
func questionsFile() kind[Questions] {
	return kind[Questions]{
		typ:      "file",
		expected: "the path of a TOML file with one [[question]] or more, each with ask and answers, or nothing",
		parse:    readQuestions,
		format:   func(q Questions) string { return q.Path },
	}
}

func readQuestions(path string) (q Questions, ok bool) {
	if path == "" {
		return q, true
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return q, false
	}
	var file struct {
		Question []Question `toml:"question"`
	}
	meta, err := toml.Decode(string(content), &file)
	if err != nil || len(meta.Undecoded()) > 0 || len(file.Question) == 0 {
		return q, false
	}
	for _, one := range file.Question {
		if !notEmpty(one.Ask) || len(one.Answers) == 0 {
			return q, false
		}
		for _, answer := range one.Answers {
			if !notEmpty(answer) {
				return q, false
			}
		}
	}
	return Questions{Path: path, List: file.Question}, true
}

var siteKey = regexp.MustCompile(`\A[A-Za-z0-9_.-]*\z`)

func isSiteKey(s string) bool { return siteKey.MatchString(s) }

// combineCaptcha looks at what each sort of captcha needs.
func (c *Config) combineCaptcha(refuse func(option, format string, args ...any)) {
	switch c.Captcha {
	case CaptchaQuestion:
		if c.CaptchaQuestions.Path == "" {
			refuse("captcha", "without questions; expected captcha-questions-file as well")
		}
	case CaptchaTurnstile, CaptchaHCaptcha:
		var missing []string
		if c.CaptchaSiteKey == "" {
			missing = append(missing, "captcha-site-key")
		}
		if c.CaptchaSecretFile.Path == "" {
			missing = append(missing, "captcha-secret-file")
		}
		if len(missing) > 0 {
			refuse("captcha", "without the keys that the service gives out; expected %s as well", strings.Join(missing, " and "))
		}
	}
}
