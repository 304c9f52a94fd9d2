package clients

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const installHint = "test/clients/install.sh installs what it can (Debian packages as root)"

// runtime is what runs the programs of one language.
type runtime struct {
	name string
	// missing says what keeps programs that need these libraries from
	// running here; nothing when they can.
	missing func(needs []string) string
	// command is how a script is run; it is called only if nothing is missing.
	command func(t *testing.T, script string) []string
}

// interpreted is the runtime of an interpreter that is asked, by running a
// one-line program, whether it has a library.
func interpreted(name, program string, hasLibrary func(library string) []string) runtime {
	return runtime{
		name: name,
		missing: func(needs []string) string {
			if _, err := exec.LookPath(program); err != nil {
				return fmt.Sprintf("%s not found; %s", name, installHint)
			}
			for _, library := range needs {
				if exec.Command(program, hasLibrary(library)...).Run() != nil {
					return fmt.Sprintf("%s with %s not found; %s", name, library, installHint)
				}
			}
			return ""
		},
		command: func(_ *testing.T, script string) []string { return []string{program, script} },
	}
}

var (
	python = interpreted("python3", pythonProgram(), func(library string) []string {
		return []string{"-c", "import " + library}
	})
	php = interpreted("php", "php", func(library string) []string {
		return []string{"-r", fmt.Sprintf("exit(extension_loaded(%q) ? 0 : 1);", library)}
	})
	perl = interpreted("perl", "perl", func(library string) []string {
		return []string{"-M" + library, "-e", "1"}
	})
	node = runtime{
		name:    "node",
		missing: nodeMissing,
		command: func(_ *testing.T, script string) []string { return []string{"node", script} },
	}
	golang = runtime{
		name:    "go",
		missing: goMissing,
		command: func(t *testing.T, folder string) []string {
			program := filepath.Join(t.TempDir(), "driver")
			if output, err := goBuild(folder, program); err != nil {
				t.Fatalf("go build: %v\n%s", err, output)
			}
			return []string{program}
		},
	}
)

// pythonProgram prefers the system's python3, which is the one that sees
// packages of the distribution, to another that comes first in PATH.
func pythonProgram() string {
	const system = "/usr/bin/python3"
	if _, err := os.Stat(system); err == nil {
		return system
	}
	return "python3"
}

// nodeModules is the folder install.sh fills.
func nodeModules() string {
	folder, err := filepath.Abs(filepath.Join("testdata", "node", "node_modules"))
	if err != nil {
		return ""
	}
	return folder
}

func nodeMissing(needs []string) string {
	if _, err := exec.LookPath("node"); err != nil {
		return "node not found; " + installHint
	}
	hasFetch := "process.exit(typeof fetch === 'function' && Headers.prototype.getSetCookie ? 0 : 1)"
	if exec.Command("node", "-e", hasFetch).Run() != nil {
		return "this node is too old, 20 or later has all that is used"
	}
	for _, library := range needs {
		if _, err := os.Stat(filepath.Join(nodeModules(), library, "package.json")); err != nil {
			return fmt.Sprintf("node with %s not found; %s", library, installHint)
		}
	}
	return ""
}

// goMissing builds the driver to find out whether its modules are here. Any
// other trouble with it is left to the test, which builds it again.
func goMissing([]string) string {
	if _, err := exec.LookPath("go"); err != nil {
		return "go not found"
	}
	output, err := goBuild(filepath.Join("testdata", "drivers", "go-mwclient"), os.DevNull)
	if err != nil && strings.Contains(output, "GOPROXY=off") {
		return "the modules of the Go driver not found; " + installHint
	}
	return ""
}

// goBuild builds the program in a folder from the modules already downloaded.
func goBuild(folder, target string) (output string, err error) {
	cmd := exec.Command("go", "build", "-o", target, ".")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "GOWORK=off", "GOFLAGS=-mod=readonly")
	text, err := cmd.CombinedOutput()
	return string(text), err
}
