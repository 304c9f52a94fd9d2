package keyring

import (
	"os"
	"sync"
	"sync/atomic"

	"github.com/wikigate/wikigate/internal/fail"
)

// Follower keeps a Ring as its file is, for a process that runs while others
// change the file. It is safe for concurrent use.
type Follower struct {
	ring *Ring
	path string
	seen atomic.Uint64 // generation + 1 at which the file was looked at; 0: none

	mu   sync.Mutex
	file os.FileInfo // as it was read, or failed to be
}

// Follow returns a Follower of the file that ring was read from.
func Follow(ring *Ring, path string) *Follower { return &Follower{ring: ring, path: path} }

// Look reads the file anew if it has been replaced since the last look. It does
// not even look at the file as long as generation is the same and stable, which
// costs a nanosecond: whoever replaces the file must begin a new generation
// afterwards. An error means that the ring stays as it was; it is given once
// for each new file.
func (f *Follower) Look(generation uint64, stable bool) error {
	if stable && f.seen.Load() == generation+1 {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.look()
	if stable {
		f.seen.Store(generation + 1)
	}
	return err
}

// Reload looks at the file whatever the generation is.
func (f *Follower) Reload() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.look()
}

func (f *Follower) look() error {
	info, err := os.Stat(f.path)
	if err != nil {
		if f.file == nil {
			return nil // told already
		}
		f.file = nil
		return fail.Wrap(fail.Unavailable, err, "the key file %s cannot be found; the keys in use stay", f.path)
	}
	if f.file != nil && os.SameFile(f.file, info) && f.file.ModTime().Equal(info.ModTime()) && f.file.Size() == info.Size() {
		return nil
	}
	f.file = info
	next, err := Read(f.path)
	if err != nil {
		return err
	}
	return f.ring.Adopt(next)
}
