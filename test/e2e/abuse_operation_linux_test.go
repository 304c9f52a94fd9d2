package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// ofProcess reads a file about a process.
func ofProcess(t *testing.T, pid int, name string) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// peak is the most memory that a process has had so far, in bytes.
func peak(t *testing.T, pid int) int {
	t.Helper()
	m := regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`).FindStringSubmatch(ofProcess(t, pid, "status"))
	if m == nil {
		t.Fatal("the system does not tell the memory of a process")
	}
	kB, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return kB << 10
}

// M-1: what is too much is refused before it is held in memory.
func TestM1_TooMuch(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	w.stillServes(t, b)
	before := peak(t, w.PID())
	probes := []probe{
		{"100 MB", posted(login, strings.Repeat("x", 100<<20)), 413, ""},
		{"100,000 parameters, of which the first thousand count", posted(login, strings.Repeat("a=&", 100_000)), 200, needTok},
		{"100,000 parameters in the address", posted(login+"&"+strings.Repeat("a&", 20_000), ""), 0, ""},
		{"a name of 1 MB", posted(login, strings.Repeat("n", 1<<20)+"=1"), 200, needTok},
		{"deep parts", multipartForm(login, "B", strings.Repeat("Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n", 10_000)), 0, ""},
	}
	for range 5 {
		w.run(t, probes)
	}
	if grown := peak(t, w.PID()) - before; grown > 128<<20 {
		t.Errorf("it took %d MiB more", grown>>20)
	}
	w.stillServes(t, b)
}

// N-5: nobody else can read what the server keeps, no secret stands where the
// system shows processes, and no crash writes the memory to the disk.
func TestN5_NothingIsOpen(t *testing.T) {
	t.Parallel()
	w := startOn(t, filepath.Join(t.TempDir(), "data"), &secrets{})
	w.account("William", "password-of-William")
	w.loggedIn(w.bot("William", "app")).is("William")
	keptPrivate(t, w.Dir)
	for _, name := range []string{"cmdline", "environ"} {
		if found := w.secrets.found(ofProcess(t, w.PID(), name)); len(found) > 0 {
			t.Errorf("%s shows %q", name, found)
		}
	}
	if limits := ofProcess(t, w.PID(), "limits"); !regexp.MustCompile(`(?m)^Max core file size +0 +0 `).MatchString(limits) {
		t.Errorf("core dumps may be written:\n%s", limits)
	}
}
