// Package testserver runs the real wikigate binary for end-to-end tests.
//
// It owns building that binary once per test process, starting it on a free
// loopback port with a data folder of its own, filling it through the command
// line, and ending it with the test or, as a crash would, in the midst of it.
// What is asked of the server is the test's business; nothing here speaks the
// API.
//
// Setting WIKIGATE_TEST_BINARY to the path of a binary runs that one instead
// of building.
package testserver

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
)

// Server is one running wikigate.
type Server struct {
	API    string // address of api.php
	Admin  string // address of the admin listener; empty: there is none
	Dir    string // data folder
	Binary string // the program that runs

	t       testing.TB
	process *process
	stop    sync.Once
}

// Start starts a server that ends with the test, on a data folder of its own.
// options are added to its command line. With -short it skips the test; if the
// server does not come up, or does not end cleanly when it is told to, the test
// fails and the server's output is in its log.
func Start(t testing.TB, options ...string) *Server {
	t.Helper()
	return StartOn(t, t.TempDir(), options...)
}

// StartOn is Start with a data folder that may have been in use before.
func StartOn(t testing.TB, dir string, options ...string) *Server {
	t.Helper()
	server := &Server{Dir: dir, Binary: Binary(t), t: t}
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--data", dir}, options...)
	server.process = launch(t, server.Binary, args...)
	t.Cleanup(server.Stop)
	server.API = server.process.waitForAddress(t)
	if m := adminAddress.FindStringSubmatch(server.Stdout()); m != nil {
		server.Admin = m[1]
	}
	return server
}

// Stop ends the server before the test does. Calling it again does nothing.
func (s *Server) Stop() {
	s.t.Helper()
	s.stop.Do(func() { s.process.end(s.t) })
}

// Interrupt tells the server to end and does not wait; Stop does.
func (s *Server) Interrupt() { s.process.interrupt() }

// Signal sends a signal and does not wait.
func (s *Server) Signal(signal os.Signal) {
	s.t.Helper()
	if err := s.process.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
}

// PID is the number of the server's process.
func (s *Server) PID() int { return s.process.cmd.Process.Pid }

// Kill ends the server at once and gives it no chance to do anything more.
func (s *Server) Kill() { s.stop.Do(s.process.kill) }

// Stdout is what the server has written to standard output so far.
func (s *Server) Stdout() string { return s.process.stdout.String() }

// Stderr is what the server has written to standard error so far.
func (s *Server) Stderr() string { return s.process.stderr.String() }

// Account creates an account.
func (s *Server) Account(name, password string, groups ...string) {
	s.t.Helper()
	args := []string{"account", "create", name, "--password-stdin"}
	if len(groups) > 0 {
		args = append(args, "--groups", strings.Join(groups, ","))
	}
	s.command(password, args...)
}

// SecondFactor gives an account a device whose codes come from a secret in
// base 32.
func (s *Server) SecondFactor(name, secret string) {
	s.t.Helper()
	s.command(secret, "twofactor", "add", name, "--secret-stdin", "--no-recovery-codes")
}

// BotPassword creates a bot password for an account and returns the name to
// log in with and the secret.
func (s *Server) BotPassword(name, app string, grants ...string) (login, secret string) {
	s.t.Helper()
	output := s.command("", "botpassword", "create", name, app, "--grants", strings.Join(grants, ","), "--json")
	var created struct {
		Login    string `json:"login"`
		Password string `json:"password"`
	}
	if err := json.Unmarshal([]byte(output), &created); err != nil || created.Login == "" || created.Password == "" {
		s.t.Fatalf("botpassword create: no login and password in %q (%v)", output, err)
	}
	return created.Login, created.Password
}

// Command runs one command on the server's data folder to its end.
func (s *Server) Command(stdin string, args ...string) Outcome {
	s.t.Helper()
	return Run(s.t, stdin, append(args, "--data", s.Dir)...)
}

// command runs one command that must succeed and returns its standard output.
func (s *Server) command(stdin string, args ...string) string {
	s.t.Helper()
	o := s.Command(stdin, args...)
	if o.Code != 0 {
		s.t.Fatalf("wikigate %s: exit code %d\n%s%s", strings.Join(args, " "), o.Code, o.Stdout, o.Stderr)
	}
	return o.Stdout
}
