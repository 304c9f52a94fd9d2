package e2e

import (
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/testserver"
)

// What systemd is told by a server that starts, lives, reloads and stops.
func TestServiceManagerIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", "200000")
	expect := func(begins string) {
		t.Helper()
		buffer := make([]byte, 1024)
		for {
			if err := socket.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			n, err := socket.Read(buffer)
			if err != nil {
				t.Fatalf("waiting for %s: %v", begins, err)
			}
			text := string(buffer[:n])
			if strings.HasPrefix(text, begins) {
				return
			}
			if text != "WATCHDOG=1" {
				t.Fatalf("told %q, want %q", text, begins)
			}
		}
	}
	s := testserver.Start(t)
	expect("READY=1\nSTATUS=Serving " + s.API)
	expect("WATCHDOG=1")
	expect("WATCHDOG=1")
	s.Signal(syscall.SIGHUP)
	expect("RELOADING=1\nMONOTONIC_USEC=")
	expect("READY=1\n")
	s.Interrupt()
	expect("STOPPING=1\n")
	s.Stop()
}
