package testserver

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// standIn, when set, makes this test program behave like a tiny wikigate.
const standIn = "TESTSERVER_STAND_IN"

func TestMain(m *testing.M) {
	if os.Getenv(standIn) != "" {
		os.Exit(pretend(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// pretend does what the command line promises: serve announces itself and
// waits for an interrupt, the others leave in the data folder what they were
// given.
func pretend(args []string) int {
	option := func(name string) string {
		return args[slices.Index(args, name)+1]
	}
	switch args[0] {
	case "serve":
		interrupted := make(chan os.Signal, 1)
		signal.Notify(interrupted, os.Interrupt)
		fmt.Printf("wikigate: http://%s/w/api.php\n", option("--listen"))
		<-interrupted
	case "account":
		password, _ := io.ReadAll(os.Stdin)
		content := args[2] + " " + string(password) + " " + option("--groups")
		if os.WriteFile(filepath.Join(option("--data"), "account"), []byte(content), 0o600) != nil {
			return 1
		}
	case "fail":
		fmt.Fprintln(os.Stderr, "no")
		return 7
	case "botpassword":
		fmt.Printf(`{"login":"%s@%s","password":"secret for %s"}`+"\n", args[2], args[3], option("--grants"))
	}
	return 0
}

func startStandIn(t *testing.T) *Server {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(standIn, "1")
	t.Setenv("WIKIGATE_TEST_BINARY", program)
	return Start(t)
}

func TestStartReturnsTheAnnouncedAddress(t *testing.T) {
	server := startStandIn(t)
	if !strings.HasPrefix(server.API, "http://127.0.0.1:") || !strings.HasSuffix(server.API, "/w/api.php") {
		t.Errorf("API = %q", server.API)
	}
	if server.Binary == "" || server.Dir == "" {
		t.Errorf("Binary = %q, Dir = %q", server.Binary, server.Dir)
	}
}

func TestStopEndsTheProcessOnce(t *testing.T) {
	server := startStandIn(t)
	server.Stop()
	select {
	case <-server.process.ended:
	default:
		t.Error("the process still runs")
	}
	server.Stop()
}

func TestInterruptEndsTheProcessWithoutASecondSignal(t *testing.T) {
	server := startStandIn(t)
	server.Interrupt()
	server.Stop()
	if err := server.process.err; err != nil {
		t.Error(err)
	}
}

func TestKillEndsTheProcessAndStopThenDoesNothing(t *testing.T) {
	server := startStandIn(t)
	server.Kill()
	server.Stop()
	if server.process.err == nil {
		t.Error("the process ended by itself")
	}
}

func TestOutputIsKeptByStream(t *testing.T) {
	server := startStandIn(t)
	if out := server.Stdout(); !strings.Contains(out, server.API) || server.Stderr() != "" {
		t.Errorf("stdout %q, stderr %q", out, server.Stderr())
	}
}

func TestRunReportsTheExitCode(t *testing.T) {
	server := startStandIn(t)
	if o := server.Command("", "fail"); o.Code != 7 || o.Stderr != "no\n" || o.Stdout != "" {
		t.Errorf("got %+v", o)
	}
}

func TestAccountIsCreatedThroughTheCommandLine(t *testing.T) {
	server := startStandIn(t)
	server.Account("William", "pass word", "bot", "sysop")
	content, err := os.ReadFile(filepath.Join(server.Dir, "account"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(content), "William pass word bot,sysop"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBotPasswordReturnsLoginAndSecret(t *testing.T) {
	login, secret := startStandIn(t).BotPassword("William", "tests", "basic", "editpage")
	if login != "William@tests" || secret != "secret for basic,editpage" {
		t.Errorf("got %q, %q", login, secret)
	}
}

func TestTranscriptAnnouncesCompleteLinesOnly(t *testing.T) {
	output := transcript{announced: make(chan string, 1)}
	for _, part := range []string{"starting\nlistening on http://127.0.0.1:80", "80/w/api.php"} {
		fmt.Fprint(&output, part)
		if len(output.announced) > 0 {
			t.Fatalf("announced after %q", part)
		}
	}
	fmt.Fprint(&output, ", data in /x\nhttp://127.0.0.1:1/w/api.php\n")
	if got, want := <-output.announced, "http://127.0.0.1:8080/w/api.php"; got != want {
		t.Errorf("announced %q, want %q", got, want)
	}
}

func TestEnvironmentLeavesOutTheServersOwnVariables(t *testing.T) {
	t.Setenv("WIKIGATE_LISTEN", "elsewhere")
	t.Setenv("TESTSERVER_OTHER", "kept")
	got := environment()
	if slices.Contains(got, "WIKIGATE_LISTEN=elsewhere") || !slices.Contains(got, "TESTSERVER_OTHER=kept") {
		t.Errorf("got %q", got)
	}
}
