package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/config"
)

func packaging(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "packaging", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The unit starts a program that exists with options that exist, and gives up
// what the program does not need.
func TestServiceUnit(t *testing.T) {
	text := packaging(t, "wikigate.service")
	for _, want := range []string{
		"Type=notify", "NotifyAccess=main", "WatchdogSec=", "ExecReload=/bin/kill -HUP $MAINPID", "DynamicUser=yes", "StateDirectory=wikigate",
		"StateDirectoryMode=0700", "UMask=0077", "LimitCORE=0", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes",
		"PrivateDevices=yes", "PrivateTmp=yes", "MemoryDenyWriteExecute=yes", "SystemCallFilter=@system-service",
		"RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("the unit has no %s", want)
		}
	}
	start := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/wikigate serve(.*)$`).FindStringSubmatch(text)
	if start == nil {
		t.Fatal("the unit does not start the server")
	}
	known(t, "--", regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(start[1], -1), func(o config.Option) string { return o.Name })
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	if testing.Short() {
		t.Skip("-short: not asking systemd")
	}
	unit := filepath.Join(t.TempDir(), "wikigate.service")
	// A program that is there, and no manual that is not.
	text = strings.ReplaceAll(text, "/usr/local/bin/wikigate", "/bin/sh")
	text = regexp.MustCompile(`(?m)^Documentation=.*\n`).ReplaceAllString(text, "")
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", unit).CombinedOutput()
	if err != nil || strings.Contains(string(out), "wikigate.service") {
		t.Errorf("systemd says: %v\n%s", err, out)
	}
}

// The image has neither root nor shell, sets variables that exist, and stays
// refused until somebody says what is in front of it.
func TestContainerfile(t *testing.T) {
	text := packaging(t, "Containerfile")
	stages := regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(text, -1)
	if len(stages) != 2 || stages[1][1] != "scratch" {
		t.Errorf("stages %q", stages)
	}
	if !regexp.MustCompile(`(?m)^USER [1-9][0-9]*:[1-9][0-9]*$`).MatchString(text) || !strings.Contains(text, "CGO_ENABLED=0") ||
		!strings.Contains(text, "\nENTRYPOINT [\"/wikigate\"]\n") {
		t.Error("the image is not as small and powerless as it should be")
	}
	variables := regexp.MustCompile(`(WIKIGATE_[A-Z_]+)=(\S+)`).FindAllStringSubmatch(text, -1)
	known(t, "", variables, config.Option.Variable)
	var environ []string
	for _, v := range variables {
		environ = append(environ, v[0])
	}
	if _, err := config.Load(config.Source{Environ: environ}); err == nil {
		t.Error("the image serves plain HTTP on a network without being told to")
	}
	if _, err := config.Load(config.Source{Environ: append(environ, "WIKIGATE_TRUSTED_PROXIES=10.0.0.0/8")}); err != nil {
		t.Error(err)
	}
}

// known demands that each name is one of an option.
func known(t *testing.T, prefix string, names [][]string, of func(config.Option) string) {
	t.Helper()
	if len(names) == 0 {
		t.Error("no option is set")
	}
	for _, n := range names {
		if !slices.ContainsFunc(config.Options(), func(o config.Option) bool { return of(o) == n[1] }) {
			t.Errorf("there is no option %s%s", prefix, n[1])
		}
	}
}
