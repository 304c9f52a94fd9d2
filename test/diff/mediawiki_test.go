package diff

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/conformance"
	ours "github.com/wikigate/wikigate/test/conformance"
)

// TestAgainstMediaWiki compares wikigate with the MediaWiki that the
// environment names, as `make diff-fuzz` does. It is bounded by a number of
// requests.
func TestAgainstMediaWiki(t *testing.T) {
	api := os.Getenv("WIKIGATE_DIFF_TARGET")
	if api == "" {
		t.Skip("WIKIGATE_DIFF_TARGET names no api.php of a MediaWiki; `make diff-fuzz` does")
	}
	if !Loopback(api) {
		t.Fatalf("%s is not on this machine: generated requests fill throttles, so only a wiki of one's own may be asked", api)
	}
	theirs := &conformance.Target{API: api, Accounts: accountsOf(t)}
	wiki, err := ask(t.Context(), theirs)
	if err != nil {
		t.Skipf("no MediaWiki answers at %s (test/mediawiki/up.sh starts one): %v", api, err)
	}
	pair := opponent(t, theirs, wiki)
	scope, err := NewScope(t.Context(), pair.Ours, pair.Theirs)
	must(t, err)
	scenarios, err := conformance.BuiltIn()
	must(t, err)
	seed := numberOf(t, "WIKIGATE_DIFF_SEED", rand.Uint64()>>1)
	with := interactive(t, pair)
	leaveOut := LeaveOut(pair.Ours.Accounts, pair.Theirs.Accounts, absent(with))
	g, why := NewGenerator(seed, scenarios, leaveOut, scope.May)
	g.Interactive = with
	report := reportTo(t)
	say := func(format string, args ...any) {
		fmt.Fprintf(report, format+"\n", args...)
		t.Logf(format, args...)
	}
	say("seed %d, %d of %d scenarios; left out: %v", seed, g.Scenarios(), len(scenarios), why)
	summary, err := Run(t.Context(), pair, g, Options{
		Requests: int(numberOf(t, "WIKIGATE_DIFF_REQUESTS", 1000)),
		First:    int(numberOf(t, "WIKIGATE_DIFF_FIRST", 0)),
		Parallel: int(numberOf(t, "WIKIGATE_DIFF_PARALLEL", 3)),
		Most:     int(numberOf(t, "WIKIGATE_DIFF_MOST", 50)),
		Each:     func(f *Finding) { say("%s", f) },
		Progress: func(s Summary) {
			say("… %d requests, %d sequences, %d differences", s.Requests, s.Sequences, len(s.Findings))
		},
	})
	must(t, err)
	for _, f := range summary.Findings {
		say("%d × %s", f.Count, f.Signature())
	}
	for _, signature := range summary.Unsteady {
		say("did not come again: %s", signature)
	}
	say("known differences: %v", summary.Known)
	outcomes := slices.SortedFunc(maps.Keys(summary.Outcomes), func(a, b string) int {
		return cmp.Or(cmp.Compare(summary.Outcomes[b], summary.Outcomes[a]), cmp.Compare(a, b))
	})
	for _, what := range outcomes[:min(len(outcomes), 80)] {
		say("%6d × answer: %s", summary.Outcomes[what], what)
	}
	say("seed %d: %d requests to each server in %d sequences, %d differences", seed, summary.Requests, summary.Sequences, len(summary.Findings))
	if len(summary.Findings) > 0 {
		t.Error("the servers differ")
	}
}

// fewest is how many accounts a pool must have to be worth while: with fewer,
// most of a run would be waiting.
const fewest = 20

// interactive says what sequences of interactive logins may need. WIKIGATE_DIFF_INTERACTIVE is their share of 100.
func interactive(t *testing.T, p *Pair) Interactive {
	t.Helper()
	with := poolsOf(p)
	with.Share = int(numberOf(t, "WIKIGATE_DIFF_INTERACTIVE", 50))
	for _, a := range []conformance.Accounts{p.Ours.Accounts, p.Theirs.Accounts} {
		if _, ok := a.Variants["oathapi"]; !ok {
			return with
		}
	}
	with.Oath = "oathapi"
	return with
}

// poolsOf gives the pair its pools and says what they are good for.
func poolsOf(p *Pair) (with Interactive) {
	second := newPool("tfa", "manytfa", restOfCodes, p.Theirs.Accounts)
	temporary := newPool("temppw", "manytemp", 0, p.Theirs.Accounts)
	if _, ok := p.Theirs.Accounts.Variants[withCaptcha]; ok {
		with.Captcha = withCaptcha
	}
	with.Second, with.Temporary = len(second.free) >= fewest, len(temporary.free) >= fewest
	p.Pools = []*Pool{second, temporary}
	return with
}

// opponent is what is compared with a MediaWiki: wikigate, or another MediaWiki
// that WIKIGATE_DIFF_OURS names, which shows what the comparison makes of chance.
func opponent(t *testing.T, theirs *conformance.Target, w wiki) *Pair {
	t.Helper()
	api := os.Getenv("WIKIGATE_DIFF_OURS")
	if api == "" {
		return mirror(t, theirs, w)
	}
	pair := &Pair{Ours: &conformance.Target{API: api, Accounts: theirs.Accounts}, Theirs: theirs, Known: KnownOfMediaWiki()}
	withoutCaptcha(pair)
	pair.Ours.Accounts, pair.Ours.Transport = theirs.Accounts, usual{}
	return pair
}

// usual asks another MediaWiki for no captcha either.
type usual struct{}

func (usual) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("X-Wiki-Variant") == "" {
		r.Header.Set("X-Wiki-Variant", "nocaptcha")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// absent are values of scenarios for which there are not enough accounts, as
// one works but once.
func absent(with Interactive) []string {
	var all []string
	if !with.Second {
		all = append(all, "tfa.password", "tfa.totp")
		for digit := 1; digit <= 9; digit++ { // accounts of single scenarios
			all = append(all, fmt.Sprintf("tfa%d", digit))
		}
	}
	if !with.Temporary {
		all = append(all, "temppw")
	}
	return all
}

func accountsOf(t *testing.T) conformance.Accounts {
	t.Helper()
	text, err := os.ReadFile(cmp.Or(os.Getenv("WIKIGATE_DIFF_ACCOUNTS"), "../mediawiki/accounts.toml"))
	must(t, err)
	accounts, err := conformance.ReadAccounts(string(text))
	must(t, err)
	if len(accounts.Settings) == 0 {
		accounts.Settings = ours.ReadAccounts(t).Settings
	}
	return accounts
}

// wiki is what a MediaWiki says of itself.
type wiki struct {
	Query struct {
		General struct{ Server, Sitename, Wikiid string }
		Users   []struct {
			Userid, Editcount int64
			Name              string
			Missing           bool
			Groups            []string
		}
	}
}

// idsAtOnce is how many users are asked for in one request.
const idsAtOnce = 40

// ask asks for the site and its users: as many as the accounts need, and some
// that follow them.
func ask(ctx context.Context, t *conformance.Target) (wiki, error) {
	last := int64(idsAtOnce)
	for _, u := range t.Accounts.Users {
		last = max(last, u.ID)
	}
	var all wiki
	for first := int64(1); first <= last; first += idsAtOnce {
		w, err := askFrom(ctx, t, first)
		if err != nil {
			return w, err
		}
		all.Query.General = w.Query.General
		all.Query.Users = append(all.Query.Users, w.Query.Users...)
	}
	return all, nil
}

func askFrom(ctx context.Context, t *conformance.Target, first int64) (wiki, error) {
	var w wiki
	ids := make([]string, idsAtOnce)
	for i := range ids {
		ids[i] = strconv.FormatInt(first+int64(i), 10)
	}
	a, err := conformance.NewPlayer(t, "").Send(ctx, &conformance.Request{
		Method: "GET", Client: "a",
		Target: "?action=query&meta=siteinfo&list=users&usprop=groups|editcount&format=json&formatversion=2&ususerids=" + strings.Join(ids, "|"),
	})
	if err != nil {
		return w, err
	}
	return w, json.Unmarshal(a.Body, &w)
}

// mirror starts a wikigate that has the accounts, numbers and names of a
// MediaWiki.
func mirror(t *testing.T, theirs *conformance.Target, w wiki) *Pair {
	t.Helper()
	accounts := mirrored(ours.ReadAccounts(t), theirs.Accounts, w)
	data := ours.Populate(t, accounts)
	adjust(t, data, w)
	general := w.Query.General
	own := []string{
		"--server-url", general.Server, "--site-name", general.Sitename, "--wiki-id", general.Wikiid,
		"--cookie-prefix", theirs.Accounts.CookiePrefix,
		"--login-throttle-account", "off", "--login-throttle-address", "off", // MediaWiki counts for a name from an address only
		"--second-factor-throttle", "10/1m, 20/10m", "--second-factor-throttle-address", "off", // and codes of an account not over a day
		"--captcha", "none", // also where MediaWiki is played with; see withoutCaptcha
	}
	start := func(options []string) string { return ours.ServeHere(t, data, slices.Concat(own, options)) }
	target := ours.TargetOf(accounts, start)
	target.Accounts.Variants[withCaptcha] = conformance.Variant{API: start([]string{"--captcha", "arithmetic", "--captcha-after-name", "off"})}
	pair := &Pair{
		Ours: target, Theirs: theirs, Known: KnownOfMediaWiki(),
		Values: map[string]string{"origin": general.Server, "host": general.Server[strings.LastIndex(general.Server, "/")+1:]},
	}
	withoutCaptcha(pair)
	return pair
}

// adjust brings the accounts to what no command does: addresses of e-mail are
// confirmed, as on a MediaWiki of test/mediawiki, and edits are as many.
func adjust(t *testing.T, data string, w wiki) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "wikigate.db"))
	must(t, err)
	_, err = db.ExecContext(t.Context(), "UPDATE account SET email_confirmed = registered WHERE email <> ''")
	must(t, err)
	for _, u := range w.Query.Users {
		_, err = db.ExecContext(t.Context(), "UPDATE account SET edit_count = ? WHERE id = ?", u.Editcount, u.Userid)
		must(t, err)
	}
	must(t, db.Close())
}

// mirrored are the accounts that wikigate is given: those of a MediaWiki, and
// its further users where their numbers leave gaps.
func mirrored(own, theirs conformance.Accounts, w wiki) conformance.Accounts {
	own.CookiePrefix = theirs.CookiePrefix
	blocked := own.Users
	own.Users = maps.Clone(theirs.Users)
	byID := map[int64]bool{}
	for role, user := range own.Users {
		user.Blocked = blocked[role].Blocked
		user.Bots = maps.Clone(user.Bots)
		for app, bot := range user.Bots {
			bot.Grants = slices.DeleteFunc(slices.Clone(bot.Grants), func(g string) bool { return g == "oath" })
			user.Bots[app] = bot
		}
		own.Users[role] = user
		byID[user.ID] = true
	}
	for _, u := range w.Query.Users {
		if !u.Missing && !byID[u.Userid] {
			groups := slices.DeleteFunc(u.Groups, func(g string) bool { return g == "*" || g == "user" || g == "autoconfirmed" })
			own.Users[fmt.Sprintf("filler%d", u.Userid)] = conformance.User{Name: u.Name, ID: u.Userid, Groups: groups}
		}
	}
	return own
}

// withCaptcha is the variant of interactive sequences that asks for captchas.
const withCaptcha = "captcha"

// aboutCaptcha are variants that would say nothing without captchas.
var aboutCaptcha = []string{withCaptcha, "questy", "badcaptchanow"}

// withoutCaptcha plays on a wiki that asks for no captcha, if it has such a
// variant, also together with other variants: failed logins of other sequences
// would count.
func withoutCaptcha(p *Pair) {
	const name = "nocaptcha"
	none, ok := p.Theirs.Accounts.Variants[name]
	if !ok || none.Header == "" {
		return
	}
	p.Usual = name
	header, value, _ := strings.Cut(none.Header, ":")
	variants := maps.Clone(p.Theirs.Accounts.Variants)
	variants[withCaptcha] = conformance.Variant{Header: header + ": " + withCaptcha}
	for other, v := range variants {
		if other != name && !slices.Contains(aboutCaptcha, other) && strings.HasPrefix(v.Header, header+":") {
			v.Header += "," + strings.TrimSpace(value)
			variants[other] = v
		}
	}
	p.Theirs.Accounts.Variants = variants
}

func reportTo(t *testing.T) io.Writer {
	t.Helper()
	name := os.Getenv("WIKIGATE_DIFF_REPORT")
	if name == "" {
		return io.Discard
	}
	file, err := os.Create(name)
	must(t, err)
	t.Cleanup(func() { must(t, file.Close()) })
	return file
}

func numberOf(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 63)
	must(t, err)
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
