package sqlite

import (
	"os"
	"sync/atomic"

	"github.com/wikigate/wikigate/internal/fail"
)

// generation tells a session cache in the serving process when owners or
// sessions may have been changed by somebody else. It is a pair of counters,
// started and finished, in a small file that all processes on one database map
// into their memory, so that looking at it costs nanoseconds.
//
// The protocol of a write, which every process that does not serve follows for
// each transaction, and the serving one for those that touch what a cache
// cannot follow (Change.Owners):
//
//	lock the file, shared (not the serving process)
//	started + 1
//	BEGIN … COMMIT or ROLLBACK
//	finished + 1
//	unlock the file
//	answer the caller
//
// The generation is the value of started. It is stable when finished is equal.
//
// What a cache may rely on: if Current gave (n, stable) before a read of the
// database and gives (n, stable) again after it, no announced write was under
// way at any moment between, so what was read belongs to generation n; and
// what belongs to n may be used as long as Current gives (n, stable). A write
// whose caller has been answered has passed its started + 1 before the commit,
// so every later Current gives a greater number, or not stable.
//
// The races:
//
//   - Both counters only grow and finished never exceeds started. Current
//     reads finished first. If the two agree, finished at the later moment of
//     reading started lies between them, so it too has that value: the pair
//     was equal at that moment. (The other order could see the started of one
//     moment and the finished of a later one, and call a write that is under
//     way finished.)
//   - Several processes may be between started and finished, since each
//     announces itself before it waits for SQLite's lock. The counters are
//     equal again only when all have finished.
//   - A process that dies in between leaves finished behind for good. That is
//     safe, since nothing is cached, but slow. SQLite's own lock cannot tell a
//     dead process from one that has announced itself and not yet begun, or
//     has committed and not yet finished; the file's lock can: the system
//     drops it when the process is gone with all its threads. So the serving
//     process, in the goroutine that makes its own writes, tries to lock the
//     file exclusively. If it gets the lock while the counters differ, those
//     who have not finished are dead, and nobody can enter. Then started + 1,
//     and finished is set to started. In between the two differ, so nobody
//     sees the new number before it is stable.
//   - A number never repeats: started only ever grows by additions, and by the
//     repair, which begins a new number even though the old one has never been
//     stable.
//   - A writer that waits for the lock of the file waits only for a repair,
//     which does no input or output.
//   - A file that was removed under a running server, or a program that writes
//     the database without this protocol, is noticed by SQLite's data_version
//     within a tick (see writer.lookAround): late, but not never.
//   - The file may be removed while no process runs. A cache dies with its
//     process, so numbers may start again.
//
// Where files cannot be mapped, Current is never stable and nothing is cached.
type generation struct {
	file *os.File // for its lock
	*counters
}

// counters are the content of the file, on cache lines of their own.
type counters struct {
	started  atomic.Uint64
	_        [56]byte
	finished atomic.Uint64
	_        [56]byte
}

const countersSize = 128

// openGeneration maps the file, and makes it if it is missing.
func openGeneration(path string) (*generation, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fileError(err, path)
	}
	g := &generation{file: file}
	if err := g.fill(); err != nil {
		return nil, fileError(closeAfter(file, err), path)
	}
	if g.counters, err = mapCounters(file); err != nil {
		return nil, fileError(closeAfter(file, err), path)
	}
	return g, nil
}

// fill gives a new file its length. It writes zeros instead of leaving a hole,
// because a page of a hole that the disk has no room for ends the process when
// it is written through the map. The lock keeps a second process from writing
// zeros over counters in use.
func (g *generation) fill() error {
	full, err := g.full()
	if err != nil || full {
		return err
	}
	if err := lockFile(g.file, exclusive); err != nil {
		return err
	}
	full, err = g.full()
	if err == nil && !full {
		_, err = g.file.WriteAt(make([]byte, countersSize), 0)
	}
	if err != nil {
		return err
	}
	return unlockFile(g.file)
}

func (g *generation) full() (bool, error) {
	info, err := g.file.Stat()
	return err == nil && info.Size() >= countersSize, err
}

// Current implements session.Generation.
func (g *generation) Current() (n uint64, stable bool) {
	finished := g.finished.Load()
	started := g.started.Load()
	return started, mapped && started == finished
}

// begin announces a write.
func (g *generation) begin(serving bool) error {
	if !serving {
		if err := lockFile(g.file, shared); err != nil {
			return fail.Wrap(fail.Unavailable, err, "%s cannot be locked", g.file.Name())
		}
	}
	g.started.Add(1)
	return nil
}

// end says that the write announced by begin is over.
func (g *generation) end(serving bool) error {
	g.finished.Add(1)
	if serving {
		return nil
	}
	return fail.Wrap(fail.Unavailable, unlockFile(g.file), "%s cannot be unlocked", g.file.Name())
}

// repair begins a new generation if a process has died during a write. The
// caller is the one goroutine that writes in the serving process, and it is
// not between begin and end.
func (g *generation) repair() error {
	if g.started.Load() == g.finished.Load() {
		return nil
	}
	free, err := tryLockFile(g.file)
	if err != nil || !free {
		return err
	}
	// Now nobody is between begin and end, and nobody can enter.
	if started, finished := g.started.Load(), g.finished.Load(); started != finished {
		n := max(started, finished) + 1
		g.started.Store(n)
		g.finished.Store(n)
	}
	return unlockFile(g.file)
}

// close gives up the file. Its map stays until the process ends, because a
// cache may still look at it.
func (g *generation) close() error { return g.file.Close() }

func closeAfter(f *os.File, err error) error {
	if closing := f.Close(); closing != nil {
		return closing
	}
	return err
}
