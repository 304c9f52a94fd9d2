package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// file is the form of the key file.
type file struct {
	Note    string    `json:"note"`
	Current KeyID     `json:"current"`
	Keys    []fileKey `json:"keys"`
}

type fileKey struct {
	ID      KeyID     `json:"id"`
	Created time.Time `json:"created"`
	Closed  bool      `json:"closed,omitempty"` // to clients
	Secret  string    `json:"secret"`           // standard base64, 32 bytes
}

const note = "Keys of this wikigate server. Whoever reads this file can forge its sessions; without it every session and bot password is void. Keep a backup apart from the database."

// Read loads a key file. A missing file is fail.NotFound, an unreadable one
// fail.Damaged.
func Read(path string) (*Ring, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail.New(fail.NotFound, "the key file %s does not exist", path)
	}
	if err != nil {
		return nil, fail.Wrap(fail.Damaged, err, "the key file cannot be read")
	}
	ring, err := parse(text)
	if err != nil {
		return nil, fail.Wrap(fail.Damaged, err, "the key file %s is damaged; restore it from a backup", path)
	}
	return ring, nil
}

func parse(text []byte) (*Ring, error) {
	var f file
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, err
	}
	h := &held{current: f.Current}
	for _, fk := range f.Keys {
		raw, err := base64.StdEncoding.DecodeString(fk.Secret)
		if err != nil {
			return nil, fail.New(fail.Damaged, "the secret of key %d is not base64", fk.ID)
		}
		if len(raw) > 0 && bytes.Count(raw, raw[:1]) == len(raw) {
			return nil, fail.New(fail.Damaged, "the secret of key %d was never random", fk.ID)
		}
		k, err := newKey(fk.ID, fk.Created, raw)
		if err != nil {
			return nil, err
		}
		if h.keys[fk.ID] != nil {
			return nil, fail.New(fail.Damaged, "key %d stands there twice", fk.ID)
		}
		k.closed = fk.Closed
		h.keys[fk.ID] = k
		h.order = append(h.order, fk.ID)
	}
	if h.key(ForToken, h.current) == nil {
		return nil, fail.New(fail.Damaged, "the current key %d is not among the keys", h.current)
	}
	return ringOf(h), nil
}

// Write saves the ring so that a crash leaves either the old file or the new
// one. Only the owner may read it.
func (r *Ring) Write(path string) error {
	h := r.now.Load()
	f := file{Note: note, Current: h.current}
	for _, id := range h.order {
		k := h.keys[id]
		f.Keys = append(f.Keys, fileKey{ID: id, Created: k.created, Closed: k.closed, Secret: base64.StdEncoding.EncodeToString(k.secret)})
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fail.Wrap(fail.Internal, err, "encode the key file")
	}
	return fail.Wrap(fail.Unavailable, replaceFile(path, append(text, '\n')), "the key file %s cannot be written", path)
}

// replaceFile writes beside path, syncs, and renames.
func replaceFile(path string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(text); err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Create makes a new ring of one fresh key in a file that must not exist yet.
// When another process makes the file at the same time, both get the same ring.
func Create(path string, now time.Time) (*Ring, error) {
	ring, err := New(now)
	if err != nil {
		return nil, err
	}
	tmp := path + "." + secret.Hex32()
	if err := ring.Write(tmp); err != nil {
		return nil, err
	}
	defer os.Remove(tmp)
	if err := os.Link(tmp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fail.Wrap(fail.Unavailable, err, "the key file %s cannot be made", path)
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "the key file %s cannot be made durable", path)
	}
	return Read(path)
}
