package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

// Write writes the backup that m describes to w. The parts are the files
// Database and Keys in the folder from; their sizes and hashes, and Format and
// Version, are added to m.
func Write(w io.Writer, m Manifest, from string) (Manifest, error) {
	m.Format, m.Version, m.Made, m.Parts = Format, Version, m.Made.UTC().Truncate(time.Second), nil
	for _, name := range []string{Database, Keys} {
		p, err := describe(from, name)
		if err != nil {
			return m, fail.Wrap(fail.Unavailable, err, "a part of the backup cannot be read")
		}
		m.Parts = append(m.Parts, p)
	}
	archive := tar.NewWriter(w)
	text, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		err = entry(archive, m, manifestFile, int64(len(text)))
	}
	if err == nil {
		_, err = archive.Write(text)
	}
	for _, p := range m.Parts {
		if err == nil {
			err = copyPart(archive, m, from, p)
		}
	}
	if err == nil {
		err = archive.Close()
	}
	return m, fail.Wrap(fail.Unavailable, err, "the backup cannot be written")
}

func describe(folder, name string) (Part, error) {
	f, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return Part{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return Part{Name: name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, errors.Join(err, f.Close())
}

func entry(archive *tar.Writer, m Manifest, name string, size int64) error {
	return archive.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: m.Made, Format: tar.FormatPAX,
	})
}

func copyPart(archive *tar.Writer, m Manifest, from string, p Part) error {
	f, err := os.Open(filepath.Join(from, p.Name))
	if err != nil {
		return err
	}
	if err = entry(archive, m, p.Name, p.Size); err == nil {
		_, err = io.Copy(archive, f)
	}
	return errors.Join(err, f.Close())
}

// Save lets write fill the file path so that a crash or an error leaves either
// the whole file or what was there before. Only the owner may read it. A file
// that exists is fail.Conflict, unless replace is true.
func Save(path string, replace bool, write func(w io.Writer) error) error {
	if err := free(path); err != nil && !replace {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "the backup cannot be written")
	}
	defer os.Remove(f.Name())
	err = write(f)
	if err == nil {
		err = fail.Wrap(fail.Unavailable, f.Sync(), "the backup cannot be written")
	}
	if closing := f.Close(); err == nil {
		err = fail.Wrap(fail.Unavailable, closing, "the backup cannot be written")
	}
	if err != nil {
		return err
	}
	return put(f.Name(), path, replace)
}

// free is nil when nothing has the name path, and fail.Conflict otherwise.
func free(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fail.New(fail.Conflict, "%s exists already; choose another name, or say --force to replace it", path)
	}
	return nil
}

// put gives the finished file its name. Without replace it is a second name
// first, which cannot take the place of another file, where the file system has
// such names.
func put(from, path string, replace bool) error {
	err := os.ErrInvalid
	if !replace {
		if err = os.Link(from, path); errors.Is(err, fs.ErrExist) {
			return free(path)
		}
	}
	if err != nil {
		err = os.Rename(from, path)
	}
	if err == nil {
		err = SyncFolder(filepath.Dir(path))
	}
	return fail.Wrap(fail.Unavailable, err, "the backup cannot be given its name")
}

// SyncFolder makes durable what was renamed in a folder.
func SyncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
