package cli

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// added is what "twofactor add --json" writes.
type added struct {
	Account string
	Device  struct {
		ID, Method, Name string
		Created          string
		Last_used        *string
	}
	Secret, URI    *string
	Recovery_codes []string
}

func addDevice(t *testing.T, data, stdin string, args ...string) (a added) {
	t.Helper()
	shown := must(t, data, stdin, append([]string{"twofactor", "add", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(shown), &a); err != nil {
		t.Fatalf("%v: %s", err, shown)
	}
	return a
}

func TestTwoFactor(t *testing.T) {
	data := t.TempDir()
	must(t, data, "first password", "account", "create", "Alice", "--password-stdin")
	if got := must(t, data, "", "twofactor", "list"); got != "ACCOUNT  METHOD  DEVICE  CREATED  LAST USED  RECOVERY CODES  ID\n" {
		t.Errorf("list: %s", got)
	}
	s := start(t, data)
	user := newClient(t, s.api)
	user.login("Alice", "first password")
	one := addDevice(t, data, "", "alice", "--name", "Ä phone")
	if one.Account != "Alice" || one.Device.Name != "Ä phone" || one.Device.Method != "totp" || one.Device.Last_used != nil ||
		len(*one.Secret) != 42 || *one.URI != "otpauth://totp/Wikigate%3AAlice?secret="+*one.Secret+"&issuer=Wikigate" || len(one.Recovery_codes) != 10 {
		t.Errorf("%+v", one)
	}
	if got := user.name(); got != "" { // while the server runs
		t.Errorf("the session is still that of %s", got)
	}
	two := addDevice(t, data, "jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp\n", "Alice", "--secret-stdin", "--keep-sessions")
	if two.Secret != nil || two.URI != nil || len(two.Recovery_codes) != 0 || two.Device.Name != "totp" {
		t.Errorf("%+v", two)
	}
	var list []struct {
		Account             string
		Devices             []struct{ ID string }
		Recovery_codes_left int
	}
	shown := must(t, data, "", "twofactor", "list", "--json")
	if err := json.Unmarshal([]byte(shown), &list); err != nil || len(list) != 1 || list[0].Account != "Alice" ||
		len(list[0].Devices) != 2 || list[0].Devices[0].ID != one.Device.ID || list[0].Recovery_codes_left != 10 {
		t.Errorf("%v: %s", err, shown)
	}
	shown = must(t, data, "", "twofactor", "list", "alice")
	for _, secret := range append(one.Recovery_codes, *one.Secret, "JBSWY3DP") {
		if strings.Contains(shown, secret) {
			t.Errorf("a secret is shown again: %s", shown)
		}
	}
	second := list[0].Devices[1].ID
	refused(t, data, "", exitNotFound, `Alice has no device nothing; "wikigate twofactor list Alice" shows those there are`, "twofactor", "remove", "alice", "nothing", "--yes")
	refused(t, data, "", exitUsage, "there is no terminal to ask at; say --yes if you mean it", "twofactor", "remove", "Alice", second)
	if got := must(t, data, "", "twofactor", "remove", "alice", second, "--yes"); got != "Removed the device of Alice. 1 device left.\n" {
		t.Errorf("remove: %s", got)
	}
	if events := must(t, data, "", "audit", "list", "--kind", "twofactor-remove"); !strings.Contains(events, "device="+second[:8]) || strings.Contains(events, second) {
		t.Errorf("events: %s", events)
	}
	if got := must(t, data, "", "twofactor", "list", "Alice"); !strings.Contains(got, one.Device.ID) || strings.Contains(got, second) {
		t.Errorf("left: %s", got)
	}
	refused(t, data, "", exitUsage, "there is no terminal to ask at; say --yes if you mean it", "twofactor", "reset", "Alice")
	if got := must(t, data, "", "twofactor", "reset", "Alice", "--yes"); got != "Removed 1 device of Alice. Its password alone logs in.\n" {
		t.Errorf("reset: %s", got)
	}
	if got := must(t, data, "", "twofactor", "reset", "Alice", "--yes", "--json"); got != `{"account":"Alice","removed":0}`+"\n" {
		t.Errorf("reset again: %s", got)
	}
	events := must(t, data, "", "audit", "list", "--account", "Alice", "--json")
	if n := strings.Count(events, `"twofactor-add"`); n != 2 || strings.Count(events, `"twofactor-reset"`) != 1 || strings.Contains(events, *one.Secret) {
		t.Errorf("events: %s", events)
	}
}

var (
	newDevice = regexp.MustCompile(`^Name     Alice
Device   totp
Id       [0-9a-f]{32}
Secret   ([A-Z2-7]{4} ){10}[A-Z2-7]{2}
Address  otpauth://totp/Wikigate%3AAlice\?secret=[A-Z2-7]{42}&issuer=Wikigate

((?:[ █▀▄]{40,90}\n)+)
Recovery codes, each for one login when no device is at hand:

(([A-Z2-7]{4} ){3}[A-Z2-7]{4}\n){10}
Secrets are shown this once\.
$`)
	importedDevice = regexp.MustCompile(`^Name    Alice\nDevice  old\nId      [0-9a-f]{32}\n$`)
	newCodes       = regexp.MustCompile(`^Recovery codes, each for one login when no device is at hand:

(([A-Z2-7]{4} ){3}[A-Z2-7]{4}\n){10}
They are shown this once\. Older ones are void\.
$`)
)

func TestTwoFactorForPeople(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Alice", "--no-password")
	picture := filepath.Join(t.TempDir(), "alice.svg")
	if got := must(t, data, "", "twofactor", "add", "Alice", "--qr", picture); !newDevice.MatchString(got) {
		t.Errorf("it shows\n%s", got)
	}
	svg, err := os.ReadFile(picture)
	if info, _ := os.Stat(picture); err != nil || !strings.HasPrefix(string(svg), "<svg ") || info.Mode().Perm() != 0o600 {
		t.Errorf("the picture: %v, %.40s", err, svg)
	}
	o := call(t, data, "", "twofactor", "add", "Alice", "--qr", picture) // which is there
	if o.code == exitOK || o.stdout != "" {
		t.Errorf("%+v", o)
	}
	got := must(t, data, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "twofactor", "add", "Alice", "--secret-stdin", "--name", "old")
	if !importedDevice.MatchString(got) {
		t.Errorf("it shows\n%s", got)
	}
	if got := must(t, data, "", "twofactor", "codes", "Alice"); !newCodes.MatchString(got) {
		t.Errorf("it shows\n%s", got)
	}
	if got := must(t, data, "", "twofactor", "list", "Alice"); strings.Count(got, "\n") != 3 {
		t.Errorf("it shows\n%s", got)
	}
}

func TestTwoFactorRefusals(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Alice", "--no-password")
	add := func(code int, stdin, sentence string, args ...string) {
		t.Helper()
		refused(t, data, stdin, code, sentence, append([]string{"twofactor", "add"}, args...)...)
	}
	add(exitNotFound, "", "there is no account Nobody", "nobody")
	add(exitRefused, "not base32!", "the secret is not base32: it may hold the letters A to Z and the digits 2 to 7", "Alice", "--secret-stdin")
	add(exitRefused, "JBSWY3DP", "the secret has 5 bytes; it must have 10 to 128", "Alice", "--secret-stdin")
	add(exitRefused, "", "the secret on standard input is empty", "Alice", "--secret-stdin")
	there := filepath.Join(t.TempDir(), "there.svg")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	add(exitRefused, "", "there is a file "+there+" already; expected a new one for the QR code", "Alice", "--qr", there)
	add(exitUsage, "", "no picture is made of a secret that was made elsewhere; leave out --qr or --secret-stdin (see wikigate twofactor add --help)", "Alice", "--secret-stdin", "--qr", "x.svg")
	refused(t, data, "", exitNotFound, "there is no account Nobody", "twofactor", "list", "Nobody")
	refused(t, data, "", exitNotFound, "the account Alice has no second factor", "twofactor", "codes", "Alice")
	if got := must(t, data, "", "twofactor", "list"); strings.Count(got, "\n") != 1 {
		t.Errorf("something was added: %s", got)
	}
}

// What the command has added is asked for by a running server, and a code of it
// lets in.
func TestTwoFactorOfARunningServer(t *testing.T) {
	data := t.TempDir()
	must(t, data, "first password", "account", "create", "Alice", "--password-stdin")
	s := start(t, data)
	one := addDevice(t, data, "", "Alice")
	p, err := twofactor.Import(secret.New(*one.Secret))
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, s.api)
	step := func(more ...string) string { t.Helper(); return c.step(more...) }
	if got := step("username", "Alice", "password", "first password"); got != "UI oathauth-auth-ui" {
		t.Fatalf("a password alone: %s", got)
	}
	code := p.CodeAt(time.Now())
	if got := step("logincontinue", "1", "OATHToken", code); got != "PASS " || c.name() != "Alice" {
		t.Errorf("with a code: %s", got)
	}
	if got := newClient(t, s.api).tryLogin("Alice", "first password"); got != "Aborted" {
		t.Errorf("action=login: %s", got)
	}
	shown := must(t, data, "", "twofactor", "list", "Alice", "--json")
	if !strings.Contains(shown, `"last_used":"2`) {
		t.Errorf("it was not used: %s", shown)
	}
	must(t, data, "", "twofactor", "reset", "Alice", "--yes")
	if got := newClient(t, s.api).tryLogin("Alice", "first password"); got != "Success" {
		t.Errorf("after the reset: %s", got)
	}
}

// step takes a step of action=clientlogin, and gives status and code.
func (c *client) step(more ...string) string {
	c.t.Helper()
	form := url.Values{"logintoken": {c.loginToken()}, "loginreturnurl": {"http://client.test/"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	var answer struct {
		ClientLogin struct{ Status, MessageCode string } `json:"clientlogin"`
	}
	c.post("action=clientlogin", form, &answer)
	return answer.ClientLogin.Status + " " + answer.ClientLogin.MessageCode
}

// A second factor outlives the keys of before and a restore; a code that may
// have been used since the backup does not.
func TestTwoFactorAfterRotationAndRestore(t *testing.T) {
	data := t.TempDir()
	must(t, data, "first password", "account", "create", "Alice", "--password-stdin")
	one := addDevice(t, data, "", "Alice")
	must(t, data, "", "key", "rotate")
	refused := call(t, data, "", "key", "retire", "1")
	if refused.code == exitOK || !strings.Contains(refused.stderr, "the second factors of 1 account") {
		t.Errorf("%+v", refused)
	}
	file := filepath.Join(t.TempDir(), "backup")
	must(t, data, "", "backup", file)
	restored := filepath.Join(t.TempDir(), "restored")
	must(t, restored, "", "restore", file)
	p, err := twofactor.Import(secret.New(*one.Secret))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, restored)
	c := newClient(t, s.api)
	if got := c.step("username", "Alice", "password", "first password"); got != "UI oathauth-auth-ui" {
		t.Fatalf("a password alone: %s", got)
	}
	for _, ahead := range []time.Duration{0, 90 * time.Second} {
		if got := c.step("logincontinue", "1", "OATHToken", p.CodeAt(time.Now().Add(ahead))); got != "UI oathauth-login-failed" {
			t.Errorf("a code from about the time of the restore: %s", got)
		}
	}
	if got := c.step("logincontinue", "1", "OATHToken", one.Recovery_codes[4]); got != "PASS " || c.name() != "Alice" {
		t.Errorf("a recovery code: %s", got)
	}
}
