// Package app is the one place that knows everything: it opens the stores,
// builds the domain and mounts the routes, by hand and in the open.
//
// It holds no rule: what it decides is only which part gets which other part.
package app

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/backup"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/mail"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/observe"
	"github.com/wikigate/wikigate/internal/passhash"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/rotation"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/store/sqlite"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/tlscert"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/username"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// Mode says what the data is opened for.
type Mode uint8

// The modes. One process serves a data folder; any number administer it at the
// same time.
const (
	ForServing Mode = iota
	ForAdmin
)

// App is the whole program, open and wired.
type App struct {
	Accounts      *account.Service
	BotPasswords  *botpassword.Service
	Credentials   *credential.Service
	SecondFactors *twofactor.Service
	Sessions      *session.Admin
	Audit         *audit.Trail

	Keys *rotation.Service

	cfg          config.Config
	log          *slog.Logger
	clock        clock.Clock
	store        *sqlite.Store
	ring         *keyring.Ring
	follower     *keyring.Follower
	names        *username.Rules
	permissions  *grant.Permissions
	messages     *message.Catalog
	manager      *session.Manager
	throttle     *throttle.Throttle
	flows        *flow.Keeper
	logins       *authn.Machine
	securityKeys *webauthn.Service // nil: nobody asks any
	uses         *botpassword.Uses
	pruned       time.Time // when old events were removed last
	hashing      *passhash.Budget
	metrics      *observe.Metrics // nil: nobody can read them
	readiness    *observe.Readiness
	files        *tlscert.Files     // nil: no certificate stands in files
	automatic    *tlscert.Automatic // nil: no certificate is fetched
	mails        *mail.Queue        // nil: none is sent
	places       *place.Book        // nil: nobody asks from where a login comes
	adminToken   atomic.Pointer[secret.Secret]
}

// Open opens the data folder, which is made when it does not exist, and wires
// the domain. Close the App afterwards. Errors are single sentences that say
// what to do.
func Open(ctx context.Context, cfg config.Config, mode Mode, log *slog.Logger) (*App, error) {
	a := &App{cfg: cfg, log: log, clock: clock.System{}}
	a.adminToken.Store(&cfg.AdminTokenFile.Content)
	if mode == ForServing && a.wantsMetrics() {
		a.metrics = observe.NewMetrics(a.readings())
	}
	if err := a.openData(mode); err != nil {
		return nil, err
	}
	if err := a.wireDomain(); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	return a, nil
}

// Folder is the data folder.
func (a *App) Folder() string { return a.cfg.Data }

// Close writes what is pending and releases the data folder.
func (a *App) Close() error {
	a.flushUses(context.Background())
	a.Audit.Close(context.Background())
	return a.store.Close()
}

const (
	databaseFile = backup.Database
	keyFile      = backup.Keys
)

// openData opens keys and database. New keys are made only together with a new
// database: keys that are lost must be restored, not replaced.
func (a *App) openData(mode Mode) error {
	if err := os.MkdirAll(a.cfg.Data, 0o700); err != nil {
		return fail.Wrap(fail.Unavailable, err, "the data folder cannot be made")
	}
	database, keys := filepath.Join(a.cfg.Data, databaseFile), filepath.Join(a.cfg.Data, keyFile)
	ring, err := keyring.Read(keys)
	if fail.Is(err, fail.NotFound) {
		if exists(database) {
			return fail.New(fail.Damaged, "the key file %s is missing, but the database is there; restore it from a backup, since sessions and bot passwords are void without it", keys)
		}
		ring, err = keyring.Create(keys, a.clock.Now())
	}
	if err != nil {
		return err
	}
	a.ring = ring
	sink := a.auditSink()
	a.store, err = sqlite.Open(database, sqlite.Options{
		Serving: mode == ForServing, Log: a.log, Sealer: sealer{ring}, Sink: sink,
		Reading: a.metrics.Store("read"), Writing: a.metrics.Store("write"),
	})
	if err != nil {
		return err
	}
	a.Audit = &audit.Trail{Store: countedAudit{a.store.Audit(), a.metrics.NotAudited}, Sealer: sealer{ring}, Log: a.log, Sink: sink}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// wireDomain builds the services out of the stores and the configuration.
func (a *App) wireDomain() (err error) {
	cfg := a.cfg
	a.names = username.NewRules(cfg.SiteName, cfg.InterwikiPrefixes)
	a.permissions = grant.New(groups(cfg))
	for _, name := range cfg.OathAPIGroups {
		if !grant.New(grant.DefaultGroups()).KnownGroup(name) {
			return fail.New(fail.Invalid, "option oath-api-groups names %q, which is no group here; expected user or one of %s", name, strings.Join(grant.New(grant.DefaultGroups()).ExplicitGroups(), ", "))
		}
	}
	messages, err := message.Load(cfg.Messages)
	if err != nil {
		return err
	}
	a.messages = messages.WithSite(message.Site{Name: cfg.SiteName, ArticlePath: cfg.ArticlePath})
	asked, err := passwordPolicy(cfg, a.permissions)
	if err != nil {
		return err
	}
	a.hashing = passhash.NewBudget(cfg.HashMemory, cfg.HashQueue, runtime.GOMAXPROCS(0))
	hasher := passhash.NewHasher(a.ring, passhash.Argon2{
		Memory: uint32(cfg.Argon2Memory >> 10), Time: uint32(cfg.Argon2Time), Threads: 1,
	}, a.hashing)
	hasher.Encrypted = cfg.EncryptedHashes.ByType
	a.throttle = &throttle.Throttle{Store: a.throttleStore(), Clock: a.clock, Limits: limits(cfg)}
	a.Accounts = &account.Service{
		Store: a.store.Accounts(), Life: a.store.Lifecycle(), Names: a.names, Hasher: hasher, Clock: a.clock, Policy: asked,
		KnownGroup: func(name string) bool { return a.permissions.KnownGroup(name) && !grant.Implicit(name) },
	}
	a.BotPasswords = &botpassword.Service{
		Store: a.store.BotPasswords(), Accounts: a.Accounts, Names: a.names,
		Hasher: hasher, Throttle: a.throttle, Clock: a.clock,
	}
	a.Credentials = &credential.Service{
		Store: a.store.Credentials(), Accounts: a.Accounts, Names: a.names, Hasher: hasher,
		Policy: asked, Lifetime: cfg.TemporaryPasswordLifetime, Clock: a.clock, Log: a.log,
	}
	a.SecondFactors = &twofactor.Service{
		Store: a.store.SecondFactors(), Accounts: a.Accounts, Vault: twofactor.Vault{Ring: a.ring}, Throttle: a.throttle,
		Clock: a.clock, Log: a.log, Radius: cfg.TOTPWindow, Issuer: cmp.Or(cfg.TOTPIssuer, cfg.SiteName),
	}
	a.uses = &botpassword.Uses{Store: a.store.BotPasswords()}
	a.manager, err = session.NewManager(sessionConfig(cfg), session.Deps{
		Store: a.store.Sessions(), Generation: a.store.Generation(),
		Accounts: a.store.Accounts(), Ring: a.ring, Log: a.log, Used: a.uses.Note,
	})
	a.Sessions = &session.Admin{Manager: a.manager, Owners: a.store.Accounts(), Names: a.names, Clock: a.clock}
	a.wireKeys()
	return errors.Join(err, a.wireMail(), a.wireLogins())
}

// limits are those of attempts.
func limits(cfg config.Config) throttle.Limits {
	return throttle.Limits{
		Pair: windows(cfg.LoginThrottle), Account: windows(cfg.LoginThrottleAccount), Address: windows(cfg.LoginThrottleAddress),
		Factor: windows(cfg.SecondFactorThrottle), FactorAddress: windows(cfg.SecondFactorThrottleAddress),
	}
}

// groups are MediaWiki's.
func groups(cfg config.Config) []grant.Group {
	list := grant.DefaultGroups()
	if cfg.Private {
		list = grant.PrivateGroups()
	}
	if cfg.Captcha != config.CaptchaNone {
		list = append(list, grant.CaptchaGroups()...)
	}
	return slices.Concat(list, grant.FactorGroups(), grant.FactorAPI(cfg.OathAPIGroups))
}

func sessionConfig(cfg config.Config) session.Config {
	prefix := cfg.CookiePrefix
	if prefix == "" {
		prefix = cfg.WikiID
	}
	sameSite := map[string]string{
		config.SameSiteLax: "Lax", config.SameSiteStrict: "Strict", config.SameSiteNone: "None",
	}[cfg.CookieSameSite]
	return session.Config{
		Cookies: session.CookieConfig{
			Prefix: session.CleanPrefix(prefix), Path: cfg.CookiePath, Domain: cfg.CookieDomain, SameSite: sameSite,
			AlwaysSecure: cfg.CookieSecure == config.SecureAlways,
			NeverSecure:  cfg.CookieSecure == config.SecureNever,
		},
		Lifetime: cfg.SessionLifetime, LoginCookies: cfg.LoginCookieLifetime, Remember: cfg.RememberLifetime,
		BotPasswords: cfg.BotPasswords, Cache: cfg.SessionCache,
	}
}
