package authn_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/flow"
)

// watchedFlows is a store that a test can spoil, and that keeps how much was
// put there last.
type watchedFlows struct {
	flow.Store
	broken string // the method that fails
	size   int
}

var errStore = errors.New("the store is gone")

func (f *watchedFlows) fails(method string) error {
	if f.broken == method {
		return errStore
	}
	return nil
}

func (f *watchedFlows) Put(ctx context.Context, id flow.ID, data []byte, expires time.Time) error {
	if err := f.fails("put"); err != nil {
		return err
	}
	f.size = len(data)
	return f.Store.Put(ctx, id, data, expires)
}

func (f *watchedFlows) Get(ctx context.Context, id flow.ID, now time.Time) ([]byte, bool, error) {
	if err := f.fails("get"); err != nil {
		return nil, false, err
	}
	return f.Store.Get(ctx, id, now)
}

func (f *watchedFlows) Take(ctx context.Context, id flow.ID, h flow.Holder, now time.Time) ([]byte, bool, error) {
	if err := f.fails("take"); err != nil {
		return nil, false, err
	}
	return f.Store.Take(ctx, id, h, now)
}

func (f *watchedFlows) Return(ctx context.Context, id flow.ID, h flow.Holder, data []byte, expires time.Time) (bool, error) {
	if err := f.fails("return"); err != nil {
		return false, err
	}
	f.size = len(data)
	return f.Store.Return(ctx, id, h, data, expires)
}

func (f *watchedFlows) Delete(ctx context.Context, id flow.ID) error {
	if err := f.fails("delete"); err != nil {
		return err
	}
	return f.Store.Delete(ctx, id)
}

// twoSteps is a login of Alice with a second step that "code" passes.
func (w *world) twoSteps() {
	w.use(nil,
		[]*fake{{id: "password", requests: []authn.Request{authn.Password(authn.ActionLogin, "")}, begin: func(a *authn.Attempt) (authn.Response, error) {
			if given, ok := a.Answers.Of(authn.PasswordID); !ok || given.Value("password") != "right" {
				return says(authn.Fail, "wrongpassword")(a)
			}
			return proves(w.alice)(a)
		}}},
		[]*fake{{id: "code", asks: []authn.Request{text("Code", "code")}, begin: says(authn.UI, "code-please"), step: func(a *authn.Attempt) (authn.Response, error) {
			if given, ok := a.Answers.Of("Code"); !ok || given.Value("code") != "right" {
				return says(authn.UI, "code-wrong")(a)
			}
			a.SecondFactor = "code"
			return authn.Response{Status: authn.Pass}, nil
		}}})
}

var alicesPassword = authn.Given{"username": "alice", "password": "right"}

// Where the store fails, the call is an error, and nobody is logged in.
func TestAFailingStoreLogsNobodyIn(t *testing.T) {
	for _, c := range []struct {
		broken string
		call   func(c *client) error
		// waits says that the login still can be continued, once the store is back.
		waits bool
	}{
		{"put", func(c *client) error { _, err := c.begin(alicesPassword); return err }, false},
		{"delete", func(c *client) error {
			_, err := c.begin(authn.Given{"username": "Alice", "password": "wrong"})
			return err
		}, true},
		{"take", func(c *client) error { _, _, err := c.goOn(authn.Given{"code": "right"}); return err }, true},
		{"return", func(c *client) error { _, _, err := c.goOn(authn.Given{"code": "wrong"}); return err }, false},
		{"get", func(c *client) (err error) {
			c.call(func(in authn.Input) {
				_, err = c.machine.Forms(c.Context(), &authn.Form{Action: authn.ActionLoginContinue, Session: in.Session, Now: in.Now})
			})
			return err
		}, true},
		{"return", func(c *client) (err error) {
			c.call(func(in authn.Input) {
				w, taken := c.machine.Resume(c.Context(), in)
				c.must(taken)
				err = w.Release(c.Context())
			})
			return err
		}, false},
	} {
		w := newWorld(t)
		w.twoSteps()
		client := w.client()
		client.begins(alicesPassword, authn.UI)
		w.flows.broken = c.broken
		if err := c.call(client); !errors.Is(err, errStore) {
			t.Errorf("%s fails: %v", c.broken, err)
		}
		w.flows.broken = ""
		client.is("")
		if got := len(client.waits()) > 0; got != c.waits {
			t.Errorf("%s fails: a login waits is %v, want %v", c.broken, got, c.waits)
		}
	}
}

// What nobody can read ends the login, without an error.
func TestARecordThatIsNoneEndsTheLogin(t *testing.T) {
	for name, record := range map[string]func(w *world, id flow.ID) []byte{
		"not sealed":   func(*world, flow.ID) []byte { return []byte(`{"a":1}`) },
		"no JSON":      func(w *world, id flow.ID) []byte { return w.ring.Seal([]byte("no"), id[:]) },
		"another form": func(w *world, id flow.ID) []byte { return w.ring.Seal([]byte(`{"a":"Alice"}`), id[:]) },
		"nothing":      func(w *world, id flow.ID) []byte { return w.ring.Seal(nil, id[:]) },
	} {
		w := newWorld(t)
		w.twoSteps()
		client := w.client()
		client.begins(alicesPassword, authn.UI)
		client.call(func(in authn.Input) {
			id := in.Session.Flow("login")
			w.must(w.flows.Put(t.Context(), id, record(w, id), w.clock.Now().Add(time.Hour)))
		})
		t.Log(name)
		client.nothingWaits()
	}
}

// A waiting login is small: what is kept is about it, and not what was sent.
func TestAWaitingLoginIsSmall(t *testing.T) {
	w := newWorld(t)
	w.twoSteps()
	client := w.client()
	client.begins(authn.Given{"username": "alice", "password": "right", "rememberMe": "1"}, authn.UI)
	if w.flows.size == 0 || w.flows.size > 1000 {
		t.Errorf("%d bytes", w.flows.size)
	}
	client.goesOn(authn.Given{"code": "wrong"}, authn.UI)
	if w.flows.size > 1000 {
		t.Errorf("%d bytes after another step", w.flows.size)
	}
}
