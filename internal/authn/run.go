package authn

import (
	"context"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/session"
)

// run takes a login as far as it goes without another answer.
type run struct {
	m     *Machine
	a     *Attempt
	s     *state
	first Answers // of the first call; none in later ones
}

// goOn takes the next steps. When the login waits, keep stores it.
func (r *run) goOn(ctx context.Context, keep func(data []byte, expires time.Time) error) (Response, error) {
	res, err := r.steps(ctx)
	if err != nil {
		return Response{}, err
	}
	switch res.Status {
	case UI, Redirect, Restart:
		data, err := r.remember()
		if err != nil {
			return Response{}, err
		}
		return res, keep(data, r.s.expires(r.a.Now))
	case Fail:
		return r.m.finish(ctx, r.a, res)
	}
	return r.login(ctx)
}

// remember is the state as it is kept.
func (r *run) remember() ([]byte, error) {
	r.s.Notes, r.s.Factor = r.a.Notes, r.a.SecondFactor
	if r.s.Account != 0 {
		r.s.Stamp = stampOf(&r.a.Account)
	}
	data, err := r.s.encode()
	return data, fail.Wrap(fail.Internal, err, "keep the state of a login")
}

func (r *run) steps(ctx context.Context) (Response, error) {
	if r.s.Account == 0 {
		if res, err := r.prove(ctx); err != nil || res.Status != Pass {
			return res, err
		}
	}
	for _, p := range r.m.Secondary {
		done := slices.Contains(r.s.Done, p.ID())
		if _, always := p.(Guard); done && !always {
			continue
		}
		res, err := r.second(ctx, p)
		if err != nil || res.Status != Pass {
			return res, err
		}
		if !done {
			r.s.Done, r.s.Started = append(r.s.Done, p.ID()), ""
		}
	}
	return Response{Status: Pass}, nil
}

// prove asks the primary providers whose login it is. After Pass the account
// is known.
func (r *run) prove(ctx context.Context) (Response, error) {
	res, err := r.askPrimaries(ctx)
	if err != nil {
		return Response{}, err
	}
	res = r.named(res)
	switch {
	case res.Status == UI || res.Status == Redirect:
		return r.asking(ctx, r.m.primary(r.s.Primary), res)
	case res.Status != Pass:
		return res, nil
	case res.Account.ID == 0:
		return r.restart(ctx)
	}
	r.a.Account, r.s.Account, r.s.Method = res.Account, res.Account.ID, res.Refusal.Method
	return Response{Status: Pass}, nil
}

// askPrimaries asks the provider that is at work, or one after the other until
// one does not abstain.
func (r *run) askPrimaries(ctx context.Context) (Response, error) {
	if r.s.Primary != "" {
		res, err := r.m.primary(r.s.Primary).Continue(ctx, r.a)
		if err == nil && res.Status == Abstain {
			err = fail.New(fail.Internal, "the login provider %s abstains in the middle of its work", r.s.Primary)
		}
		return res, err
	}
	for _, p := range r.m.Primary {
		res, err := p.Begin(ctx, r.a)
		if err != nil || res.Status != Abstain {
			r.s.Primary = p.ID()
			return res, err
		}
	}
	return Refused(message.New("authmanager-authn-no-primary"), audit.NoCredentials), nil
}

// restart forgets which provider was asked: another one may know an account. The
// next call is like a first one, and may hold a password: pre providers ask and
// test once more, which MediaWiki does not let them.
func (r *run) restart(ctx context.Context) (Response, error) {
	r.s.Primary = ""
	form := &Form{Action: ActionLogin, Session: r.a.Session, Address: r.a.Address, Now: r.a.Now}
	requests, err := r.m.form(ctx, form)
	return Response{Status: Restart, Message: message.New("authmanager-authn-no-local-user"), Requests: requests}, err
}

// second lets a secondary provider take its step.
func (r *run) second(ctx context.Context, p SecondaryProvider) (res Response, err error) {
	if r.s.Started == p.ID() {
		res, err = p.Continue(ctx, r.a)
	} else {
		answers := r.a.Answers
		r.a.Answers = r.first
		res, err = p.Begin(ctx, r.a)
		r.a.Answers = answers
	}
	if err != nil {
		return Response{}, err
	}
	switch res = r.named(res); res.Status {
	case Abstain, Pass:
		return Response{Status: Pass}, nil
	case UI, Redirect:
		r.s.Started = p.ID()
		return r.asking(ctx, p, res)
	}
	return res, nil
}

// asking completes a response by what the provider waits for.
func (r *run) asking(ctx context.Context, p StepProvider, res Response) (_ Response, err error) {
	res.Requests, err = p.Asks(ctx, r.a)
	return res, err
}

// named completes a refusal by what is known.
func (r *run) named(res Response) Response {
	f := &res.Refusal
	if f.Name == "" {
		f.Name = r.a.Name.String()
	}
	if r.a.Account.ID != 0 && f.Account == 0 {
		f.Account, f.Name = r.a.Account.ID, r.a.Account.Name.String()
	}
	if f.Method == "" {
		f.Method = r.s.Method
	}
	return res
}

// login ends the login with a session of the account.
func (r *run) login(ctx context.Context) (Response, error) {
	res := Response{Status: Pass, Account: r.a.Account, Username: r.a.Account.Name.String()}
	res.Refusal.Method = r.s.Method
	if _, err := r.m.finish(ctx, r.a, res); err != nil {
		return Response{}, err
	}
	return res, r.a.Session.LoginUser(ctx, session.UserLogin{
		Account: r.a.Account, Remember: r.s.Remember, Method: r.s.Method, SecondFactor: r.a.SecondFactor,
	})
}
