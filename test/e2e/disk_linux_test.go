package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// smallDisk is a disk of its own, of so many bytes.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can mount a disk for the test")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("no disk can be mounted for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmounting %s: %v", dir, err)
		}
	})
	return dir
}

func readOnly(t *testing.T, dir string, on bool) {
	t.Helper()
	flags := uintptr(syscall.MS_REMOUNT)
	if on {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, ""); err != nil {
		t.Fatal(err)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=8m")
	u := newUsedIn(t, filepath.Join(disk, "data"))
	readOnly(t, disk, true)
	const says = `cannot be (written|made|opened).*`
	refuses(t, 1, says, "--listen", "127.0.0.1:0", "--data", u.dir)
	o := testserver.Run(t, "", "botpassword", "revoke", u.bot.owner, u.bot.app, "--data", u.dir)
	checkSentence(t, o, 1, says)
	readOnly(t, disk, false)
	u.works(t)
}

// A first start on a disk that cannot be written: neither keys nor database.
func TestReadOnlyDiskAtTheFirstStart(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=8m")
	data := filepath.Join(disk, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	readOnly(t, disk, true)
	refuses(t, 5, `the key file \S+ cannot be written`, "--listen", "127.0.0.1:0", "--data", data)
	refuses(t, 5, `the data folder cannot be made`, "--listen", "127.0.0.1:0", "--data", filepath.Join(disk, "other"))
	readOnly(t, disk, false)
	w := startOn(t, data, &secrets{})
	w.account("William", "password-of-William")
	w.stillServes(t, w.bot("William", "app"))
	w.Stop()
}

// fill takes all the space there is.
func fill(t *testing.T, disk string) (free func()) {
	t.Helper()
	path := filepath.Join(disk, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// On a full disk no login succeeds that would be forgotten, what needs no
// writing goes on, and all goes on when there is space again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=2m")
	u := newUsedIn(t, filepath.Join(disk, "data"))
	w := startOn(t, u.dir, u.secrets)
	c := w.loggedIn(u.bot)
	free := fill(t, disk)
	var promised []*client
	refused := 0
	for range 300 {
		other := w.client()
		r := other.attemptReply(u.bot.login, u.bot.secret, other.token("login"))
		a := r.decode(t)
		switch {
		case a.Login.Result == "Success":
			promised = append(promised, other)
		case a.Error.Code == "internal_api_error_StoreUnavailable" && other.cookies[cookieBot] == "":
			refused++
		default:
			t.Fatalf("on a full disk: status %d, %s", r.status, r.body)
		}
		if refused > 20 {
			break
		}
	}
	if refused == 0 {
		t.Fatal("the disk did not fill up")
	}
	c.is("William")
	o := w.Command("", "botpassword", "revoke", u.bot.owner, u.bot.app)
	checkSentence(t, o, 1, `the disk.*is full; free some space`)
	c.is("William")

	free()
	w.stillServes(t, u.bot)
	for _, p := range promised {
		p.is("William")
	}
	c.is("William")
	w.Stop()
	u.works(t)
}

func TestFullDiskAtTheStart(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=2m")
	u := newUsedIn(t, filepath.Join(disk, "data"))
	free := fill(t, disk)
	refuses(t, 1, `the disk.*is full; free some space`, "--listen", "127.0.0.1:0", "--data", u.dir)
	refuses(t, 5, `the key file \S+ cannot be written.*no space`, "--listen", "127.0.0.1:0", "--data", filepath.Join(disk, "new"))
	free()
	u.works(t)
	w := startOn(t, filepath.Join(disk, "new"), &secrets{})
	w.Stop()
}

// A full disk makes a server unready, which says why
// and stays alive, and ready again once there is room.
func TestReadinessOnAFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=16m")
	w := startOn(t, filepath.Join(disk, "data"), &secrets{}, "--admin-listen", "127.0.0.1:0")
	w.account("William", "password-of-William")
	free := fill(t, disk)
	var said string
	eventually(t, "the end of readiness", func() bool {
		status, text, _ := ask(t, w.Admin+"/readyz")
		said = text
		return status == http.StatusServiceUnavailable
	})
	if strings.Count(said, "\n") != 1 || !strings.Contains(said, "full") {
		t.Errorf("it says %q", said)
	}
	if status, _, _ := ask(t, w.Admin+"/livez"); status != http.StatusOK {
		t.Errorf("alive: status %d", status)
	}
	free()
	eventually(t, "readiness", func() bool {
		status, _, _ := ask(t, w.Admin+"/readyz")
		return status == http.StatusOK
	})
}
