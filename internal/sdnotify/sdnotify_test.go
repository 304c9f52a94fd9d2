package sdnotify

import (
	"net"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
	"time"
)

func TestWhatTheManagerIsTold(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no datagram sockets of this sort")
	}
	names := []string{filepath.Join(t.TempDir(), "socket")}
	if runtime.GOOS == "linux" {
		names = append(names, "@wikigate-test-"+filepath.Base(t.TempDir())+time.Now().Format("150405.000000"))
	}
	for _, name := range names {
		socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = socket.Close() }()
		m := FromEnvironment([]string{"HOME=/", "NOTIFY_SOCKET=" + name}, 1)
		for _, c := range []struct {
			send func() error
			want string
		}{
			{func() error { return m.Ready("Serving here") }, `^READY=1\nSTATUS=Serving here$`},
			{m.Reloading, `^RELOADING=1\nMONOTONIC_USEC=\d+$`},
			{m.Stopping, `^STOPPING=1\nSTATUS=.+$`},
			{m.Alive, `^WATCHDOG=1$`},
		} {
			if err := c.send(); err != nil {
				t.Fatal(err)
			}
			buffer := make([]byte, 1024)
			if err := socket.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			n, err := socket.Read(buffer)
			if err != nil || !regexp.MustCompile(c.want).Match(buffer[:n]) {
				t.Errorf("%s: got %q, %v, want %s", name, buffer[:n], err, c.want)
			}
		}
	}
}

func TestNobodyIsTold(t *testing.T) {
	if err := FromEnvironment([]string{"WATCHDOG_USEC=1000000"}, 1).Ready("x"); err != nil {
		t.Error(err)
	}
	gone := FromEnvironment([]string{"NOTIFY_SOCKET=" + filepath.Join(t.TempDir(), "gone")}, 1)
	if err := gone.Ready("x"); err == nil {
		t.Error("a manager that is not there was told something")
	}
}

func TestWatchdog(t *testing.T) {
	for _, c := range []struct {
		environ []string
		want    time.Duration
	}{
		{[]string{"NOTIFY_SOCKET=/x", "WATCHDOG_USEC=2000000"}, 2 * time.Second},
		{[]string{"NOTIFY_SOCKET=/x", "WATCHDOG_USEC=2000000", "WATCHDOG_PID=7"}, 2 * time.Second},
		{[]string{"NOTIFY_SOCKET=/x", "WATCHDOG_USEC=2000000", "WATCHDOG_PID=8"}, 0},
		{[]string{"WATCHDOG_USEC=2000000"}, 0},
		{[]string{"NOTIFY_SOCKET=/x", "WATCHDOG_USEC=-1"}, 0},
		{[]string{"NOTIFY_SOCKET=/x", "WATCHDOG_USEC=soon"}, 0},
		{[]string{"NOTIFY_SOCKET=/x"}, 0},
	} {
		if got := FromEnvironment(c.environ, 7).Watchdog(); got != c.want {
			t.Errorf("%q: %v, want %v", c.environ, got, c.want)
		}
	}
}
