package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// apiPath is where wikigate's API stands by default.
const apiPath = "/w/api.php"

// announced is how a server says where it listens.
var announced = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/`)

// process is a server of ours.
type process struct {
	cmd     *exec.Cmd
	ended   chan error
	address string // host and port
	log     *os.File
}

// launch starts a server and waits for its address. Its log goes to a file in
// dir, since writing it is a part of the work.
func launch(dir, program string, args ...string) (*process, error) {
	log, err := os.CreateTemp(dir, "log-")
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(program, args...), ended: make(chan error, 1), log: log}
	p.cmd.Env, p.cmd.Stderr = environment(), log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := announced.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
		p.ended <- p.cmd.Wait()
	}()
	select {
	case p.address = <-found:
		return p, nil
	case err := <-p.ended:
		text, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%s ended at once: %w\n%s", filepath.Base(program), errors.Join(err, log.Close()), text)
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.ended
		return nil, errors.Join(fmt.Errorf("%s announced no address", filepath.Base(program)), log.Close())
	}
}

// stop ends the server in peace, or by force when that takes too long. Calling
// it again, or for a server that was never started, does nothing.
func (p *process) stop() {
	if p == nil || p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.ended:
	case <-time.After(15 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
	_ = p.log.Close()
	p.cmd = nil
}

// command runs a program to its end and gives what it has printed.
func command(dir, program string, args ...string) ([]byte, error) {
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir = environment(), dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}

// environment is ours without what would configure wikigate.
func environment() []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "WIKIGATE_") {
			kept = append(kept, v)
		}
	}
	return kept
}

// buildProgram builds wikigate from the module that the working folder is in.
func buildProgram(dir string) (string, error) {
	root, err := command("", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "wikigate")
	_, err = command(strings.TrimSpace(string(root)), "go", "build", "-o", path, "./cmd/wikigate")
	return path, err
}
