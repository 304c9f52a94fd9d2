package cli

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: what the program sees and the keyboard.
func terminal(t *testing.T) (screen, keyboard *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { _ = keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no pseudo-terminals: %v", err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no pseudo-terminals: %v", err)
	}
	screen, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	return screen, keyboard
}

func TestPasswordPrompt(t *testing.T) {
	cases := []struct {
		typed [2]string
		code  int
	}{
		{[2]string{"pass word", "pass word"}, exitOK},
		{[2]string{"pass word", "other"}, exitRefused},
		{[2]string{"", ""}, exitRefused},
	}
	for _, c := range cases {
		screen, keyboard := terminal(t)
		var stdout bytes.Buffer
		var stderr shared
		ended := make(chan int, 1)
		go func() {
			ended <- Main(t.Context(), []string{"account", "create", "Alice", "--data", t.TempDir()}, screen, &stdout, &stderr, nil)
		}()
		for i, prompt := range []string{"Type the password: ", "Type the password again: "} {
			for deadline := time.Now().Add(10 * time.Second); !strings.HasSuffix(stderr.String(), prompt) || echoes(t, screen); time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("no prompt %q without echo in %q", prompt, stderr.String())
				}
			}
			if _, err := keyboard.WriteString(c.typed[i] + "\n"); err != nil {
				t.Fatal(err)
			}
		}
		if code := <-ended; code != c.code {
			t.Errorf("%q: code %d, want %d, stderr %q", c.typed, code, c.code, stderr.String())
		}
		if strings.Contains(stdout.String()+stderr.String(), "pass word") || !echoes(t, screen) {
			t.Errorf("%q: the password was shown, or the echo is still off", c.typed)
		}
	}
}

// echoes reports whether the terminal shows what is typed.
func echoes(t *testing.T, screen *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(screen.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

func TestDeletingAsksForTheName(t *testing.T) {
	for typed, code := range map[string]int{"Bob": exitOK, "bob": exitRefused, "": exitRefused, "yes": exitRefused} {
		data := t.TempDir()
		must(t, data, "", "account", "create", "Bob", "--no-password")
		screen, keyboard := terminal(t)
		if _, err := keyboard.WriteString(typed + "\n"); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		if got := Main(t.Context(), []string{"account", "delete", "Bob", "--data", data}, screen, &stdout, &stderr, nil); got != code {
			t.Errorf("%q: code %d, want %d, stderr %q", typed, got, code, stderr.String())
		}
		gone := call(t, data, "", "account", "show", "Bob").code == exitNotFound
		if gone != (code == exitOK) {
			t.Errorf("%q: the account is gone: %v", typed, gone)
		}
	}
}
