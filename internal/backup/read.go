package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/wikigate/wikigate/internal/fail"
)

// maxManifest is more than a manifest ever has.
const maxManifest = 64 << 10

// Read takes a backup apart: its parts become files in the folder to, which is
// there and empty. Whatever is not exactly what the manifest says is
// fail.Damaged, and a backup of a later format fail.TooNew; then what is in the
// folder is worth nothing.
func Read(r io.Reader, to string) (Manifest, error) {
	archive := tar.NewReader(r)
	m, err := readManifest(archive)
	if err != nil {
		return m, err
	}
	for _, p := range m.Parts {
		h, err := archive.Next()
		if err != nil || h.Name != p.Name || h.Typeflag != tar.TypeReg || h.Size != p.Size {
			return m, damaged(err, "its part "+p.Name+" is missing or has another size than the manifest says")
		}
		if err := extract(archive, p, to); err != nil {
			return m, err
		}
	}
	if _, err := archive.Next(); !errors.Is(err, io.EOF) {
		return m, damaged(err, "there is more in it than the manifest says")
	}
	return m, nil
}

func readManifest(archive *tar.Reader) (m Manifest, err error) {
	h, err := archive.Next()
	if err != nil || h.Name != manifestFile || h.Size > maxManifest {
		return m, fail.New(fail.Damaged, "this is no backup of wikigate, or its beginning is damaged")
	}
	text, err := io.ReadAll(archive)
	if err != nil {
		return m, damaged(err, "its manifest is cut off")
	}
	// Later formats may have what this one does not know.
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&m); err != nil || m.Format != Format {
		return m, damaged(err, "its manifest cannot be read")
	}
	if m.Version > Version {
		return m, fail.New(fail.TooNew, "the backup has format %d, but this wikigate knows only formats up to %d; use the newer wikigate that made it", m.Version, Version)
	}
	names := make([]string, 0, len(m.Parts))
	for _, p := range m.Parts {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{Database, Keys}) {
		return m, damaged(nil, "its manifest does not name a database and keys")
	}
	return m, nil
}

// extract writes a part to a file and compares its hash.
func extract(r io.Reader, p Part, to string) error {
	f, err := os.OpenFile(filepath.Join(to, p.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "the backup cannot be unpacked")
	}
	sum := sha256.New()
	source := &failing{r: r}
	_, err = io.Copy(io.MultiWriter(f, sum), source)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	switch {
	case source.err != nil:
		return damaged(source.err, "its part "+p.Name+" is cut off")
	case err != nil:
		return fail.Wrap(fail.Unavailable, err, "the backup cannot be unpacked")
	case hex.EncodeToString(sum.Sum(nil)) != p.SHA256:
		return damaged(nil, "the content of its part "+p.Name+" is not what was written")
	}
	return nil
}

// failing remembers why reading has failed, to tell it from writing.
type failing struct {
	r   io.Reader
	err error
}

func (f *failing) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

func damaged(err error, why string) error {
	const sentence = "the backup is damaged: %s; use another one"
	if err == nil || errors.Is(err, io.EOF) {
		return fail.New(fail.Damaged, sentence, why)
	}
	return fail.Wrap(fail.Damaged, err, sentence, why)
}
