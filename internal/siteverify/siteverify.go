// Package siteverify asks a captcha service whether a person has solved its
// challenge: one POST with the site's secret and the response of the client
// (Cloudflare Turnstile, "Server-side validation"; hCaptcha, "Verify the User
// Response Server Side").
//
// It owns the request and its limits: whatever does not come back in time, in
// full and as it should is no yes. It does not own when an answer is needed, nor
// what comes of it.
package siteverify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/secret"
)

// Limits of one question.
const (
	maxTime = 5 * time.Second
	maxBody = 64 << 10
	// maxConnections are open at a time; further questions wait, within maxTime.
	maxConnections = 32
)

// Words for what fails (ConfirmEdit: hCaptcha/includes/HCaptcha.php).
const (
	notReached    = "http"
	notUnderstood = "json"
)

// Config says whom to ask.
type Config struct {
	URL    string // where answers are verified
	Secret secret.Secret
	// Type is the word for the service, such as "hcaptcha".
	Type string
	// Patience is how long an answer may take; 0 is five seconds, which is also
	// the most.
	Patience time.Duration
	Log      *slog.Logger
}

// Client asks one service. It is safe for concurrent use.
type Client struct {
	cfg  Config
	http *http.Client
}

// New makes a client. It connects to nobody yet.
func New(cfg Config) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxConnsPerHost = maxConnections
	transport.MaxIdleConnsPerHost = maxConnections
	transport.MaxResponseHeaderBytes = maxBody
	return &Client{cfg: cfg, http: &http.Client{
		Transport: transport,
		Timeout:   min(cmp.Or(cfg.Patience, maxTime), maxTime),
		// A redirect would carry the secret to a place that nobody has named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Verify reports whether the service calls the response of a client at an
// address right. problem is "http" when there was no answer, "json" when it could
// not be understood, and the type with "-api" behind it when the service has found
// fault with the question.
func (c *Client) Verify(ctx context.Context, response string, from netip.Addr) (right bool, problem string) {
	body, err := c.ask(ctx, response, from)
	if err != nil {
		return false, c.failed(notReached, err)
	}
	var answer *struct {
		Success bool     `json:"success"`
		Errors  []string `json:"error-codes"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer == nil {
		return false, c.failed(notUnderstood, errors.New("the service's answer is no JSON object as expected"))
	}
	if len(answer.Errors) > 0 {
		return false, c.failed(c.cfg.Type+"-api", errors.New("the service says: "+words(answer.Errors)))
	}
	return answer.Success, ""
}

// errorCode is what the codes of services look like. Anything else is not put
// into the log, since it could repeat what was sent.
var errorCode = regexp.MustCompile(`\A[a-z]+(-[a-z]+)*\z`)

// words are the codes for the log, the first few of them.
func words(codes []string) string {
	codes = slices.Clone(codes[:min(len(codes), 5)])
	for i, code := range codes {
		if len(code) > 60 || !errorCode.MatchString(code) {
			codes[i] = "(no code)"
		}
	}
	return strings.Join(codes, ", ")
}

// ask sends the question and gives the body of the answer.
func (c *Client) ask(ctx context.Context, response string, from netip.Addr) ([]byte, error) {
	form := url.Values{"secret": {c.cfg.Secret.Reveal()}, "response": {response}}
	if from.IsValid() {
		form.Set("remoteip", from.Unmap().WithZone("").String())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "wikigate")
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBody+1))
	err = errors.Join(err, answer.Body.Close())
	switch {
	case err != nil:
		return nil, err
	case answer.StatusCode != http.StatusOK:
		return nil, errors.New("the service answered with status " + answer.Status)
	case len(body) > maxBody:
		return nil, errors.New("the service's answer is too long")
	}
	return body, nil
}

// failed logs a problem, which never holds the secret.
func (c *Client) failed(problem string, err error) string {
	c.cfg.Log.Warn("a captcha could not be verified", "channel", "captcha", "service", c.cfg.Type, "problem", problem, "error", err)
	return problem
}
