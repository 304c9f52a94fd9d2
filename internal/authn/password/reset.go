package password

import (
	"context"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/policy"
)

// noteReset is the note that a password must be chosen: which message says so,
// and what was found about the present one.
const noteReset = "reset"

// The messages of a reset.
const (
	resetTemporary = "resetpass-temp-emailed"
	resetForced    = "resetpass-validity"
	resetSuggested = "resetpass-validity-soft"
)

// demandReset notes that another password must, or should, be chosen.
func demandReset(a *authn.Attempt, out credential.Outcome) {
	switch {
	case len(out.Findings) == 0:
		a.Notes[noteReset] = resetTemporary
	case out.Change == policy.Suggest:
		a.Notes[noteReset] = resetSuggested + " " + findingNote(out.Findings[0])
	default:
		a.Notes[noteReset] = resetForced + " " + findingNote(out.Findings[0])
	}
}

func findingNote(f policy.Finding) string { return f.Code + " " + strconv.Itoa(f.Limit) }

// demanded is the message of a reset that was noted; it is zero when none was.
func demanded(a *authn.Attempt) message.Message {
	key, note, found := strings.Cut(a.Notes[noteReset], " ")
	if !found {
		return message.New(key)
	}
	code, number, _ := strings.Cut(note, " ")
	limit, _ := strconv.Atoi(number) // written by findingNote
	return message.New(key, message.Sub(findingText(policy.Finding{Code: code, Limit: limit})))
}

// findingText says what is wrong with a password.
func findingText(f policy.Finding) message.Message {
	if f.Limit > 0 {
		return message.New(f.Code, message.Count(int64(f.Limit)))
	}
	return message.New(f.Code)
}

const (
	buttonSkip = "skipReset"
	idSkip     = `MediaWiki\Auth\ButtonAuthenticationRequest:` + buttonSkip
)

// Reset is the secondary provider that asks for another password when the one
// that has logged in is temporary or not good enough.
type Reset struct{ Credentials Credentials }

// ID implements authn.Provider.
func (Reset) ID() string { return "reset" }

// Requests implements authn.Provider.
func (Reset) Requests(context.Context, *authn.Form) ([]authn.Request, error) { return nil, nil }

// Begin implements authn.StepProvider.
func (Reset) Begin(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	m := demanded(a)
	if m.Key == "" {
		return authn.Response{Status: authn.Abstain}, nil
	}
	r := authn.Asking(m, "")
	r.Refusal.Needs = audit.MustChange
	return r, nil
}

// Asks implements authn.StepProvider.
func (Reset) Asks(_ context.Context, a *authn.Attempt) ([]authn.Request, error) {
	ask := authn.Password(authn.ActionChange, a.Account.Name.String())
	if !skippable(a) {
		return []authn.Request{ask}, nil
	}
	ask.Required = authn.Optional
	skip := authn.Button(buttonSkip, "authprovider-resetpass-skip-label", "authprovider-resetpass-skip-help")
	skip.Required = authn.Optional
	return []authn.Request{ask, skip}, nil
}

func skippable(a *authn.Attempt) bool { return strings.HasPrefix(a.Notes[noteReset], resetSuggested) }

// Continue implements authn.StepProvider.
func (p Reset) Continue(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	if skippable(a) && a.Answers.Checked(idSkip, buttonSkip) {
		return authn.Response{Status: authn.Pass}, nil
	}
	given, ok := a.Answers.Of(authn.PasswordID)
	if !ok {
		return authn.Asking(demanded(a), ""), nil
	}
	chosen := given.Secret(authn.FieldOfPassword)
	if !chosen.Equal(given.Secret(authn.FieldRetype)) {
		return authn.Asking(message.New("badretype"), ""), nil
	}
	changed, findings, err := p.Credentials.Choose(ctx, a.Account, chosen)
	if fail.Is(err, fail.Conflict) || fail.Is(err, fail.NotFound) {
		return authn.NotInProgress(), nil // it has ended since this step began
	}
	if err != nil {
		return authn.Response{}, err
	}
	if len(findings) > 0 {
		return authn.Asking(findingText(findings[0]), ""), nil
	}
	a.Account = changed
	delete(a.Notes, noteReset)
	return authn.Response{Status: authn.Pass}, nil
}
