package sqlite

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/wikigate/wikigate/internal/fail"
)

// asNobody runs f in a thread that may not write what belongs to root.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked, so that the thread ends here
		if err := syscall.Setfsuid(65534); err != nil {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}

func TestReadOnly(t *testing.T) {
	dir, err := os.MkdirTemp("", "wikigate-readonly")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(dir, "wikigate.db")
	s, err := Open(path, Options{Serving: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	chmod := func(mode os.FileMode, names ...string) {
		for _, name := range names {
			if err := os.Chmod(name, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	all := func() {
		refusedOpen(t, path, Options{}, fail.ReadOnly)
		refusedOpen(t, path, Options{Serving: true}, fail.ReadOnly)
	}
	chmod(0o777, dir)
	chmod(0o444, path, path+".gen", path+".lock")
	asNobody(t, all)
	chmod(0o666, path+".gen", path+".lock")
	asNobody(t, all) // only the database itself
	chmod(0o666, path)
	chmod(0o555, dir)
	asNobody(t, all) // only the folder
	asNobody(t, func() { refusedOpen(t, filepath.Join(dir, "new", "wikigate.db"), Options{}, fail.ReadOnly) })
	asNobody(t, func() { refusedOpen(t, filepath.Join(dir, "new.db"), Options{}, fail.ReadOnly) })
	chmod(0o700, dir)
}
