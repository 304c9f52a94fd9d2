package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/session"
)

// looked is a store that keeps what it is asked for.
type looked struct {
	session.Store
	ids *[]session.ID
}

func (l looked) Get(ctx context.Context, id session.ID, now time.Time) (session.Row, session.Owner, bool, error) {
	*l.ids = append(*l.ids, id)
	return l.Store.Get(ctx, id, now)
}

// B-2: an id with bytes that none has reaches no store, in either cookie; any
// other does so as its hash.
func TestB2_OddIDsReachNoStore(t *testing.T) {
	var ids []session.ID
	w := newWorldWith(t, func(d *session.Deps) { d.Store = looked{d.Store, &ids} })
	for id, reaches := range map[string]bool{
		"": false, "short": false, "../../../../../../../../../etc/passwd": false, "..%2F..%2F..%2F..%2F..%2F..%2F..%2Fx": false,
		strings.Repeat("a", 31): false, strings.Repeat("a", 31) + "%0A": false, strings.Repeat("a", 32) + "%00": false,
		strings.Repeat("é", 32): false, "'%20OR%20''%3D'" + strings.Repeat("a", 32): false, strings.Repeat("a", 32) + "%20": false,
		strings.Repeat("0v", 16): true, strings.Repeat("Z", 32): true, strings.Repeat("_-", 16): true,
	} {
		for _, cookie := range []string{"w_session", "w_BPsession"} {
			ids = nil
			w.request(jar{cookie: id}, nil)
			w.request(jar{cookie: id, "wUserID": "1", "wUserName": "Alice"}, nil)
			if (len(ids) > 0) != reaches {
				t.Errorf("%q in %s: looked up is %v", id, cookie, ids)
			}
			for _, asked := range ids {
				if asked != session.HashID(id) {
					t.Errorf("%q in %s is looked up as %v", id, cookie, asked)
				}
			}
		}
	}
}
