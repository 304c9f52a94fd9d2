package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/testserver"
)

// The drill: a server takes logins and gets new bot passwords while a backup is
// made; the backup becomes another data folder, and another server serves it.
// Everybody of the moment of the backup logs in there, and nothing that a
// client held before does anything: no session, remembered login or token.
func TestN11_BackupDrill(t *testing.T) {
	t.Parallel()
	const owners = 3
	w := start(t, "--log-requests=false")
	var bots []bot
	var held []*client
	for i := range owners {
		w.account(ownerName(i), ownerPassword(i), "bot")
		b := w.bot(ownerName(i), "app")
		main := w.client()
		main.mustLogin(ownerName(i), ownerPassword(i))
		bots, held = append(bots, b), append(held, w.loggedIn(b), main)
	}
	remembered := held[1].copy()
	delete(remembered.cookies, cookieSession) // what a browser sends the next day
	anonymous := w.client()
	token := anonymous.token("login")

	stop := make(chan struct{})
	var busy sync.WaitGroup
	logins := make([]int, owners)
	for i := range owners {
		busy.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond): // the others have two processors too
				}
				result, err := w.client().tryLogin(bots[i].login, bots[i].secret)
				if err != nil || result != "Success" {
					t.Errorf("a login during the backup: %s, %v", result, err)
					return
				}
				logins[i]++
			}
		})
	}
	files := filepath.Join(t.TempDir(), "files")
	if err := os.Mkdir(files, 0o755); err != nil {
		t.Fatal(err)
	}
	var saved []string
	for i := range 2 {
		saved = append(saved, filepath.Join(files, fmt.Sprint(i, ".backup")))
		w.mustRun("backup", saved[i])
	}
	late := w.bot(ownerName(0), "late")
	close(stop)
	busy.Wait()
	if logins[0] == 0 {
		t.Error("nobody logged in during the backups")
	}
	piped := w.mustRun("backup", "-")

	onlyOwner(t, files, len(saved))
	if o := testserver.Run(t, piped, "backup", "verify", "-"); o.Code != 0 || !strings.Contains(o.Stdout, "whole") {
		t.Errorf("the backup on standard output: %+v", o)
	}
	last := saved[len(saved)-1]
	if o := testserver.Run(t, "", "backup", "verify", last); o.Code != 0 || !strings.Contains(o.Stdout, fmt.Sprintf("Accounts       %d\n", owners+1)) {
		t.Errorf("verify: %+v", o) // one more is of the first start
	}

	// The first server goes on: nothing that is checked below is its doing.
	restored := filepath.Join(t.TempDir(), "restored")
	if o := testserver.Run(t, "", "restore", last, "--data", restored); o.Code != 0 || !strings.Contains(o.Stdout, "sessions ended") {
		t.Fatalf("restore: %+v", o)
	}
	again := startOn(t, restored, w.secrets)
	again.mustRun("audit", "verify")
	if out := again.mustRun("audit", "list", "--json"); !strings.Contains(out, `"restore"`) || !strings.Contains(out, `"backup"`) {
		t.Errorf("backup and restore are not on record: %.1000s", out)
	}
	for _, c := range append(held, remembered) {
		old := c.copy()
		old.api = again.API
		if name := old.who(); name != "" {
			t.Errorf("a session of before is %q", name)
		}
	}
	anonymous.api = again.API
	if a := anonymous.attempt(bots[0].login, bots[0].secret, token); a.Login.Result == "Success" {
		t.Error("a login token of before was good")
	}
	for i, b := range bots {
		again.loggedIn(b).is(b.owner)
		main := again.client()
		main.mustLogin(ownerName(i), ownerPassword(i))
		main.is(ownerName(i))
	}
	if result := again.client().login(late.login, late.secret); result == "Success" {
		t.Error("a bot password that was made after the backup logs in")
	}
	again.Stop()
	for _, c := range append(held, remembered) {
		if c.who() == "" {
			t.Error("the restore has ended a session of the first server")
		}
	}
}

// onlyOwner demands so many files, which nobody but their owner may read.
func onlyOwner(t *testing.T, dir string, files int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != files {
		t.Errorf("%d files in %s, want %d: %v, %v", len(entries), dir, files, entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

// TestN5_BackupOpenToOthers also holds that a refusal to restore changes
// nothing.
func TestN5_BackupOpenToOthers(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "x.backup")
	if o := testserver.Run(t, "", "backup", file, "--data", u.dir); o.Code != 0 {
		t.Fatalf("%+v", o)
	}
	onlyOwner(t, dir, 1)
	checkSentence(t, testserver.Run(t, "", "backup", file, "--data", u.dir), 4, `exists already.*--force`)
	if o := testserver.Run(t, "", "backup", file, "--force", "--data", u.dir); o.Code != 0 {
		t.Errorf("%+v", o)
	}
	checkSentence(t, testserver.Run(t, "", "restore", file, "--data", u.dir), 4, `is not empty`)
	checkSentence(t, testserver.Run(t, "", "restore", filepath.Join(dir, "none"), "--data", filepath.Join(dir, "d")), 3, `cannot be read`)

	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	checkSentence(t, testserver.Run(t, "", "restore", file, "--data", filepath.Join(dir, "d")), 1, `the backup is damaged`)
	checkSentence(t, testserver.Run(t, "", "backup", "verify", file), 1, `the backup is damaged`)
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("something is left: %v, %v", entries, err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	o := testserver.Run(t, "", "restore", file, "--data", filepath.Join(dir, "d"))
	if o.Code != 0 || !strings.Contains(o.Stderr, "warning: others may read") || !strings.Contains(o.Stderr, "chmod 600") {
		t.Errorf("a backup that others may read: %+v", o)
	}
	u.works(t)
	u.dir, u.cookies = filepath.Join(dir, "d"), nil
	again := startOn(t, u.dir, u.secrets)
	again.stillServes(t, u.bot)
	for _, path := range []string{u.dir, filepath.Join(u.dir, "wikigate.db"), filepath.Join(u.dir, "keys.json")} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}

// A restore that is killed leaves a folder that no server starts on, and that
// no restore takes for empty.
func TestRestoreThatWasKilledHalfway(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	file := filepath.Join(t.TempDir(), "x.backup")
	if o := testserver.Run(t, "", "backup", file, "--data", u.dir); o.Code != 0 {
		t.Fatalf("%+v", o)
	}
	dir := t.TempDir()
	if o := testserver.Run(t, "", "restore", file, "--data", dir); o.Code != 0 {
		t.Fatalf("%+v", o)
	}
	if err := os.Remove(filepath.Join(dir, "keys.json")); err != nil { // which comes last
		t.Fatal(err)
	}
	refuses(t, 1, `the key file \S+ is missing`, "--listen", "127.0.0.1:0", "--data", dir)
	checkSentence(t, testserver.Run(t, "", "restore", file, "--data", dir), 4, `is not empty`)
}

// A copy in the clear does not stay in the data folder for good.
func TestBackupRemovesWhatAKilledOneLeft(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	left := filepath.Join(u.dir, ".wikigate-backup-123")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, "wikigate.db"), []byte("copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "x.backup")
	if o := testserver.Run(t, "", "backup", file, "--data", u.dir); o.Code != 0 {
		t.Errorf("%+v", o)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
}
