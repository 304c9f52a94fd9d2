package mail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/mail"
)

// fake is a transport that does what the test says.
type fake struct {
	deliver func(ctx context.Context, n int, m mail.Message) error // n counts attempts

	mu    sync.Mutex
	mails []mail.Message
}

func (f *fake) Deliver(ctx context.Context, m mail.Message) error {
	f.mu.Lock()
	f.mails = append(f.mails, m)
	n := len(f.mails)
	f.mu.Unlock()
	return f.deliver(ctx, n, m)
}

// lines is a log that is read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// rig is a queue that runs until the end of the test.
type rig struct {
	*mail.Queue
	*fake
	mu      sync.Mutex
	results map[mail.Result]int
	log     lines
	stop    func() // ends the queue, and waits for that
}

func newRig(t *testing.T, deliver func(ctx context.Context, n int, m mail.Message) error) *rig {
	r := &rig{fake: &fake{deliver: deliver}, results: map[mail.Result]int{}}
	r.Queue = mail.NewQueue(mail.Deps{
		Transport: r.fake, From: address(t, "wiki@wiki.example"), Clock: clock.System{},
		Log: slog.New(slog.NewTextHandler(&r.log, nil)),
		Ended: func(result mail.Result) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.results[result]++
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { r.Run(ctx, 10*time.Second); close(done) }()
	r.stop = func() { cancel(); <-done }
	return r
}

func (r *rig) expect(t *testing.T, what string, want map[mail.Result]int, attempts int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fake.mu.Lock()
	defer r.fake.mu.Unlock()
	if fmt.Sprint(r.results) != fmt.Sprint(want) || len(r.mails) != attempts {
		t.Errorf("%s: results %v after %d attempts, want %v after %d\n%s", what, r.results, len(r.mails), want, attempts, r.log.String())
	}
}

var errBusy = errors.New("450 anna@home.example is busy")

func TestMailsAreTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(_ context.Context, n int, _ mail.Message) error {
			if n < 3 {
				return errBusy
			}
			return nil
		})
		if !r.Send("anna@home.example", "Code", "123456\n") {
			t.Fatal("not accepted")
		}
		synctest.Wait()
		r.expect(t, "at once", map[mail.Result]int{}, 1)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		r.expect(t, "after the first pause", map[mail.Result]int{}, 2)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		r.expect(t, "after the second pause", map[mail.Result]int{mail.Delivered: 1}, 3)
		if r.Waiting() != 0 {
			t.Error("something waits")
		}
		if r.mails[0].ID != r.mails[2].ID || !strings.HasSuffix(r.mails[0].ID, "@wiki.example") {
			t.Errorf("ids %s, %s", r.mails[0].ID, r.mails[2].ID)
		}
		r.stop()
		if log := r.log.String(); strings.Contains(log, "anna@") || strings.Contains(log, "123456") || !strings.Contains(log, "a***@home.example") {
			t.Errorf("the log says too much: %s", log)
		}
	})
}

func TestMailsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(_ context.Context, _ int, m mail.Message) error {
			if m.Subject == "Refused" {
				return mail.Refused(errBusy)
			}
			return errBusy
		})
		r.Send("anna@home.example", "Refused", "x\n")
		synctest.Wait()
		r.expect(t, "a refused mail", map[mail.Result]int{mail.Failed: 1}, 1)
		r.Send("anna@home.example", "Code", "x\n")
		time.Sleep(time.Hour)
		synctest.Wait()
		r.expect(t, "a mail that nobody takes", map[mail.Result]int{mail.Failed: 2}, 6)
		r.stop()
	})
}

// A server that is down keeps mails from nobody but its own patience: who hands
// one over never waits, and the queue does not grow without end.
func TestTheMailQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := newRig(t, func(context.Context, int, mail.Message) error { <-release; return nil })
		for i := range mail.Capacity {
			if !r.Send("anna@home.example", "Code", "x\n") {
				t.Fatalf("mail %d was not accepted", i)
			}
		}
		if r.Send("anna@home.example", "Code", "x\n") {
			t.Error("one too many was accepted")
		}
		close(release)
		synctest.Wait()
		r.expect(t, "all", map[mail.Result]int{mail.Delivered: mail.Capacity, mail.Dropped: 1}, mail.Capacity)
		if !r.Send("anna@home.example", "Code", "x\n") {
			t.Error("an empty queue accepts nothing")
		}
		r.stop()
	})
}

func TestMailsAreDrainedAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(_ context.Context, n int, m mail.Message) error {
			if n <= 2 {
				return errBusy
			}
			if m.Subject == "Never" {
				return errBusy
			}
			return nil
		})
		r.Send("anna@home.example", "Code", "x\n")
		r.Send("anna@home.example", "Never", "x\n")
		synctest.Wait() // both wait for their next attempt
		r.stop()
		r.expect(t, "at the end", map[mail.Result]int{mail.Delivered: 1, mail.Failed: 1}, 4)
		if r.Send("anna@home.example", "Code", "x\n") {
			t.Error("a queue that has ended accepts a mail")
		}
	})
}

func TestTheEndWaitsNoLongerThanItMust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(ctx context.Context, _ int, _ mail.Message) error { <-ctx.Done(); return ctx.Err() })
		r.Send("anna@home.example", "Code", "x\n")
		synctest.Wait()
		start := time.Now()
		r.stop()
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// H-15: what a name or an address can hold makes no second header, no second
// recipient and no display name.
func TestH15_AddressesAndSubjectsHoldOnlyThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(context.Context, int, mail.Message) error { return nil })
		for _, to := range []string{
			"", "anna", "@home.example", "anna@", "a@b\r\nBcc: c@d", "a@b\nc", "a@b\x00", "a@b,c@d", "a@b, c@d", "a@b;c@d", "a@b c@d",
			`"a, b"@home.example`, `"a"@home.example`, "Anna <a@home.example>", "<a@home.example>", "a@home.example>", `a@b" x`, "a@@b",
			"a@b@c", "a(comment)@home.example", "a@[192.0.2.1]", "a@home..example", "a@-home.example", "a@home.example.", "a..b@home.example",
			".a@home.example", "a.@home.example", "é@home.example", "a@hömé.example", "a@b\u2028c", " a@home.example", "a@home.example ",
			"a\\@home.example", "a:b@home.example", strings.Repeat("a", 65) + "@home.example", "a@" + strings.Repeat("b", 254),
			"a@home.example SIZE=1", "a@home.example%0aRCPT",
		} {
			if mail.Usable(to) || r.Send(to, "Code", "x\n") {
				t.Errorf("the address %q was accepted", to)
			}
		}
		for _, subject := range []string{"", "a\r\nBcc: c@d", "a\nb", "a\rb", "a\x00b", "a\u0085b", "a\u2028b", "a\xffb", strings.Repeat("a", 501)} {
			if r.Send("anna@home.example", subject, "x\n") {
				t.Errorf("the subject %q was accepted", subject)
			}
		}
		for _, body := range []string{"", "a\r\nb", "a\x00", "a\xff", strings.Repeat("a", 65<<10)} {
			if r.Send("anna@home.example", "Code", body) {
				t.Errorf("the body %q was accepted", body[:min(9, len(body))])
			}
		}
		for _, to := range []string{"anna@home.example", "a@b", "a.b+c/d=e'f@x-1.home.example", "O'Neil@HOME.example", "a%b@home.example", "{a}@home.example"} {
			if !mail.Usable(to) || !r.Send(to, `a, "b" <c@d>; é`, "x\n") {
				t.Errorf("the address %q was refused", to)
			}
		}
		synctest.Wait()
		r.stop()
	})
}

// H-15: whatever was accepted arrives with one recipient and no header more.
func FuzzH15_OneRecipient(f *testing.F) {
	f.Add("anna@home.example", "Code")
	f.Add("a@b\r\nBcc: c@d", "Code")
	f.Add(`"a,b"@c`, "Code\nCc: d@e")
	f.Fuzz(func(t *testing.T, to, subject string) {
		a, ok := mail.ParseAddress(to)
		if !ok {
			return
		}
		if a.String() != to || strings.ContainsAny(to, "\r\n\t ,;:<>()[]\"\\") || strings.Count(to, "@") != 1 {
			t.Errorf("%q is an address", to)
		}
	})
}

func TestFilesOfMails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mails.jsonl")
	file := &mail.File{Path: path, From: address(t, "wiki@wiki.example")}
	for range 2 {
		if err := file.Deliver(t.Context(), sample(t)); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(lines[1]), &got); err != nil {
		t.Fatal(err)
	}
	if got["to"] != "anna@home.example" || got["from"] != "wiki@wiki.example" || !strings.HasPrefix(got["body"], "Grüße,\n") || got["time"] != "2026-11-21T12:00:00Z" {
		t.Errorf("got %v", got)
	}
	if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := (&mail.File{Path: filepath.Join(path, "below")}).Deliver(t.Context(), sample(t)); err == nil || mail.IsRefused(err) {
		t.Errorf("a file that cannot be: %v", err)
	}
}
