package app

import (
	"cmp"

	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/siteverify"
	"github.com/wikigate/wikigate/internal/throttle"
)

// verifyURLs are where services say that answers are verified.
var verifyURLs = map[string]string{
	config.CaptchaTurnstile: "https://challenges.cloudflare.com/turnstile/v0/siteverify",
	config.CaptchaHCaptcha:  "https://api.hcaptcha.com/siteverify",
}

// captchas is what asks for captchas; nil when nothing does.
func (a *App) captchas() *captcha.Service {
	cfg := a.cfg
	kind := a.captchaKind()
	if kind == nil {
		return nil
	}
	return &captcha.Service{
		Kind: kind, Ring: a.ring, Claims: a.store.Flows(), Throttle: a.throttle, Clock: a.clock,
		WrongAnswers: captcha.DefaultWrongAnswers(),
		Triggers: captcha.Triggers{
			AfterAddress: windows(cfg.CaptchaAfterAddress), AfterName: windows(cfg.CaptchaAfterName),
			Exempt: cfg.CaptchaExemptAddress,
		},
	}
}

func (a *App) captchaKind() captcha.Kind {
	cfg := a.cfg
	switch cfg.Captcha {
	case config.CaptchaArithmetic:
		return captcha.Arithmetic{}
	case config.CaptchaWork:
		return captcha.ProofOfWork{Difficulty: cfg.CaptchaDifficulty}
	case config.CaptchaQuestion:
		var list captcha.Questions
		for _, q := range cfg.CaptchaQuestions.List {
			list = append(list, captcha.Question(q))
		}
		return list
	case config.CaptchaTurnstile, config.CaptchaHCaptcha:
		return captcha.Hosted{Type: cfg.Captcha, SiteKey: cfg.CaptchaSiteKey, Verifier: siteverify.New(siteverify.Config{
			URL: cmp.Or(cfg.CaptchaVerifyURL, verifyURLs[cfg.Captcha]), Secret: cfg.CaptchaSecretFile.Content,
			Type: cfg.Captcha, Log: a.log,
		})}
	}
	return nil
}

func windows(from []config.Window) (list []throttle.Window) {
	for _, w := range from {
		list = append(list, throttle.Window(w))
	}
	return list
}
