package config

import (
	"fmt"
	"os"
	"regexp"
	"slices"
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
		why:      troubleWithQuestions,
	}
}

func readQuestions(path string) (q Questions, ok bool) {
	q, trouble := questionsOf(path)
	return q, trouble == ""
}

func troubleWithQuestions(path string) string {
	_, trouble := questionsOf(path)
	return trouble
}

// questionsOf reads the file, or says what is wrong with it.
func questionsOf(path string) (q Questions, trouble string) {
	if path == "" {
		return q, ""
	}
	if trouble := troubleWithFile(path); trouble != "" {
		return q, trouble
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return q, "it cannot be read"
	}
	var file struct {
		Question []Question `toml:"question"`
	}
	meta, err := toml.Decode(string(content), &file)
	if err != nil {
		return q, syntaxError(path, err).Error()
	}
	if odd := meta.Undecoded(); len(odd) > 0 {
		return q, odd[0].String() + " means nothing in it"
	}
	if len(file.Question) == 0 {
		return q, "there is no question in it"
	}
	for i, one := range file.Question {
		if !notEmpty(one.Ask) {
			return q, fmt.Sprintf("question %d lacks ask", i+1)
		}
		if len(one.Answers) == 0 || !all(one.Answers, notEmpty) {
			return q, fmt.Sprintf("question %d lacks an answer, or has an empty one", i+1)
		}
	}
	return Questions{Path: path, List: file.Question}, ""
}

func all(texts []string, good func(string) bool) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return !good(s) })
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
