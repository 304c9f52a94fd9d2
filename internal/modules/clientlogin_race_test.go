package modules

import (
	"context"
	"testing"

	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/secret"
)

// interruptedHasher lets something happen once while the hash of a new password
// is made.
type interruptedHasher struct {
	credential.Hasher
	meanwhile *func()
}

func (h interruptedHasher) Hash(ctx context.Context, p secret.Secret) (string, error) {
	if f := *h.meanwhile; f != nil {
		*h.meanwhile = nil
		f()
	}
	return h.Hasher.Hash(ctx, p)
}

// H-16: whoever chooses a password at a login undoes nothing that the operator
// does in the same moment to keep him out.
func TestH16_ChosenPasswordUndoesNothing(t *testing.T) {
	for name, change := range map[string]func(r *rig) error{
		"new password": func(r *rig) error {
			_, err := r.Credentials.Change(t.Context(), "Alice", secret.New("operators-Secret-9"))
			return err
		},
		"no password": func(r *rig) error { _, err := r.Credentials.Invalidate(t.Context(), "Alice"); return err },
		"locked":      func(r *rig) error { _, err := r.Accounts.Lock(t.Context(), "Alice"); return err },
		"deleted":     func(r *rig) error { _, err := r.Accounts.Delete(t.Context(), "Alice"); return err },
		"another factor": func(r *rig) error {
			r.enrol(t, "Alice")
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.Accounts.Life = r.Store.Lifecycle()
			var meanwhile func()
			r.Credentials.Hasher = interruptedHasher{r.Credentials.Hasher, &meanwhile}
			c := r.client(t)
			c.begin("Alice", r.issue(t, "Alice")).ended("UI", "resetpass-temp-emailed")
			meanwhile = func() { must(t, change(r)) }
			c.goOn("password", "thiefs-Secret-9", "retype", "thiefs-Secret-9").ended("FAIL", notInProgress)
			c.is(nobody)
			r.client(t).begin("Alice", "thiefs-Secret-9").ended("FAIL", "wrongpassword")
		})
	}
}
