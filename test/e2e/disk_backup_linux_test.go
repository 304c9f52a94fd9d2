package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// A backup, a restore and a new key that find no room leave everything as it
// was, and work as soon as there is some.
func TestFullDiskBackupAndKeys(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=8m")
	u := newUsedIn(t, filepath.Join(disk, "data"))
	w := startOn(t, u.dir, u.secrets)
	c := w.loggedIn(u.bot)
	kept := filepath.Join(t.TempDir(), "x.backup") // on another disk
	w.mustRun("backup", kept)
	other := smallDisk(t, "size=64k")
	const full = `(the disk.*is full|no space left on device)`
	checkSentence(t, w.Command("", "backup", filepath.Join(other, "y.backup")), 1, full)
	left(t, other)
	if o := testserver.Run(t, "", "restore", kept, "--data", filepath.Join(other, "data")); o.Code == 0 {
		t.Errorf("restored to a full disk: %+v", o)
	}
	left(t, other)

	keys, err := os.ReadFile(filepath.Join(u.dir, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	free := fill(t, disk)
	for _, command := range [][]string{{"key", "rotate"}, {"backup", "-"}} {
		if o := w.Command("", command...); o.Code == 0 {
			t.Errorf("%v on a full disk: %+v", command, o)
		}
	}
	if now, err := os.ReadFile(filepath.Join(u.dir, "keys.json")); err != nil || string(now) != string(keys) {
		t.Errorf("the key file has changed: %v", err)
	}
	c.is("William")
	free()
	w.mustRun("key", "rotate")
	w.mustRun("backup", kept, "--force")
	c.is("William")
	w.stillServes(t, u.bot)
	w.Stop()
	u.works(t)
}

// left demands that a folder is empty.
func left(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("something is left in %s: %v, %v", dir, entries, err)
	}
}
