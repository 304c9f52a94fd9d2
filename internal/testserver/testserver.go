// Package testserver runs the real wikigate binary for end-to-end tests.
//
// It owns building that binary once per test process, starting it on a free
// loopback port with a data folder of its own, filling it through the command
// line, and ending it with the test. What is asked of the server is the
// test's business; nothing here speaks the API.
//
// Setting WIKIGATE_TEST_BINARY to the path of a binary runs that one instead
// of building.
package testserver

import (
	"encoding/json"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// Server is one running wikigate.
type Server struct {
	API    string // address of api.php
	Dir    string // data folder
	Binary string // the program that runs

	t       testing.TB
	process *process
	stop    sync.Once
}

// Start starts a server that ends with the test. With -short it skips the
// test; if the server does not come up, or does not end cleanly when it is
// told to, the test fails and the server's output is in its log.
func Start(t testing.TB) *Server {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starting no server")
	}
	server := &Server{Dir: t.TempDir(), Binary: binary(t), t: t}
	server.process = launch(t, server.Binary, "serve", "--listen", freeAddress(t), "--data", server.Dir)
	t.Cleanup(server.Stop)
	server.API = server.process.waitForAddress(t)
	return server
}

// Stop ends the server before the test does. Calling it again does nothing.
func (s *Server) Stop() {
	s.t.Helper()
	s.stop.Do(func() { s.process.end(s.t) })
}

// Account creates an account.
func (s *Server) Account(name, password string, groups ...string) {
	s.t.Helper()
	args := []string{"account", "create", name, "--data", s.Dir, "--password-stdin"}
	if len(groups) > 0 {
		args = append(args, "--groups", strings.Join(groups, ","))
	}
	s.command(password, args...)
}

// BotPassword creates a bot password for an account and returns the name to
// log in with and the secret.
func (s *Server) BotPassword(name, app string, grants ...string) (login, secret string) {
	s.t.Helper()
	output := s.command("", "botpassword", "create", name, app,
		"--data", s.Dir, "--grants", strings.Join(grants, ","), "--json")
	var created struct {
		Login    string `json:"login"`
		Password string `json:"password"`
	}
	if err := json.Unmarshal([]byte(output), &created); err != nil || created.Login == "" || created.Password == "" {
		s.t.Fatalf("botpassword create: no login and password in %q (%v)", output, err)
	}
	return created.Login, created.Password
}

// command runs one command of the binary to its end and returns its standard
// output.
func (s *Server) command(stdin string, args ...string) string {
	s.t.Helper()
	var stderr strings.Builder
	cmd := exec.CommandContext(s.t.Context(), s.Binary, args...)
	cmd.Env = environment()
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("wikigate %s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr.String())
	}
	return string(stdout)
}
