package conformance

import (
	"embed"
	"errors"
	"io/fs"
	"path"
	"sort"
)

//go:embed scenarios
var builtIn embed.FS

// BuiltIn gives the scenarios that come with the program, by file and in the
// order of the file.
func BuiltIn() ([]*Scenario, error) {
	folder, err := fs.Sub(builtIn, "scenarios")
	if err != nil {
		return nil, err
	}
	return Load(folder)
}

// Load reads all scenario files (*.txt) of a folder and those below it.
// Files that cannot be understood are all named in the error.
func Load(folder fs.FS) ([]*Scenario, error) {
	var files []string
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".txt" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	var all []*Scenario
	var wrong []error
	for _, name := range files {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		scenarios, err := Parse(name, string(text))
		wrong = append(wrong, err)
		all = append(all, scenarios...)
	}
	return all, errors.Join(wrong...)
}
