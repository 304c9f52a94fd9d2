package testserver

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	startTimeout = 30 * time.Second
	stopTimeout  = 10 * time.Second
)

// address is how the server announces where it listens.
var address = regexp.MustCompile(`https?://[a-z0-9.:-]+/\S*api\.php`)

// adminAddress stands before it, if there is one.
var adminAddress = regexp.MustCompile(`(?m)^Admin address: (http://\S+)$`)

// process is a started server with everything it has printed so far.
type process struct {
	cmd    *exec.Cmd
	ended  chan struct{} // closed when it has ended
	err    error         // how it ended; valid once ended is closed
	stdout transcript
	stderr transcript
	told   bool // to end
}

// launch starts the binary with its output streams going to the transcripts.
func launch(t testing.TB, binary string, args ...string) *process {
	t.Helper()
	p := &process{
		cmd:    exec.Command(binary, args...),
		ended:  make(chan struct{}),
		stdout: transcript{announced: make(chan string, 1)},
		stderr: transcript{done: true},
	}
	p.cmd.Env = environment()
	p.cmd.Stdout = &p.stdout
	p.cmd.Stderr = &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("starting wikigate: %v", err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p
}

// waitForAddress returns the address the server announces.
func (p *process) waitForAddress(t testing.TB) string {
	t.Helper()
	select {
	case api := <-p.stdout.announced:
		return api
	case <-p.ended:
		t.Fatalf("wikigate ended before it accepted requests: %v\n%s", p.err, p.stderr.String())
	case <-time.After(startTimeout):
		t.Fatalf("wikigate announced no address within %v", startTimeout)
	}
	return ""
}

// end interrupts the process, kills it if that does not end it, and logs what
// it printed if the test has failed.
func (p *process) end(t testing.TB) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("output of wikigate:\n%s%s", p.stdout.String(), p.stderr.String())
		}
	}()
	if !p.told {
		select {
		case <-p.ended: // by itself, which no test asks for
			t.Errorf("wikigate ended before the test: %v", p.err)
			return
		default:
		}
		p.interrupt()
	}
	select {
	case <-p.ended:
		if p.err != nil {
			t.Errorf("wikigate did not end cleanly: %v", p.err)
		}
	case <-time.After(stopTimeout):
		p.kill()
		t.Errorf("wikigate did not end within %v of an interrupt and was killed", stopTimeout)
	}
}

// interrupt tells the process to end and does not wait. A second signal would
// end it at once.
func (p *process) interrupt() {
	p.told = true
	_ = p.cmd.Process.Signal(os.Interrupt) // it fails only if there is no process any more
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// transcript collects output and announces the first address in it.
type transcript struct {
	announced chan string

	mu   sync.Mutex
	text bytes.Buffer
	done bool
}

// Write implements io.Writer. An address counts once its line is complete.
func (o *transcript) Write(output []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(output)
	if !o.done {
		lines := o.text.Bytes()
		lines = lines[:bytes.LastIndexByte(lines, '\n')+1]
		if api := address.Find(lines); api != nil {
			o.done = true
			o.announced <- string(api)
		}
	}
	return len(output), nil
}

func (o *transcript) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// environment is that of the test without the variables that configure
// wikigate, so that a server under test is configured by its test alone.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "WIKIGATE_") {
			kept = append(kept, variable)
		}
	}
	return kept
}
