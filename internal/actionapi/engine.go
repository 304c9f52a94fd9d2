package actionapi

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
	"github.com/wikigate/wikigate/internal/username"
)

// Config is the policy of the engine.
type Config struct {
	APIURL        string // absolute address of api.php
	Language      string
	HostName      string // shown by servedby; empty: hidden
	ReadOnly      string // reason; empty: writable
	MaxBody       int64  // bytes
	MaxParameters int
	Names         *username.Rules
	Origins       Origins
}

// AccountSource finds accounts; see account.Store.
type AccountSource interface {
	ByID(ctx context.Context, id account.ID) (a account.Account, found bool, err error)
}

// Deps is what the engine works with.
type Deps struct {
	Sessions    *session.Manager
	Accounts    AccountSource
	Permissions *grant.Permissions
	Tokens      token.Source
	Messages    *message.Catalog
	Clock       clock.Clock
	Log         *slog.Logger
	// Answered is told of each answer: the action, or "none" when the request
	// did not get so far, the code of the first error, or "ok", and how long it
	// took. Both are from closed lists. nil: nobody is told.
	Answered func(action, code string, took time.Duration)
}

// Engine serves api.php. It is safe for concurrent use.
type Engine struct {
	cfg     Config
	deps    Deps
	modules map[string]*Module
	formats map[string]*Format
	general []Param
	index   *Index
	public  bool // everybody may read
	pool    sync.Pool
}

// errKeyGone means that a session outlived the key that its tokens are made
// with.
var errKeyGone = fail.New(fail.Internal, "the key of a session is not in the key ring any more")

// New checks the modules and formats and returns an engine.
func New(cfg Config, deps Deps, modules []*Module, formats []*Format) (*Engine, error) {
	e := &Engine{
		cfg: cfg, deps: deps, modules: map[string]*Module{}, formats: map[string]*Format{},
		public: deps.Permissions.Has(everyone, nil, false, "read"),
	}
	var actions, names []string
	for _, m := range modules {
		if e.modules[m.Name] != nil || m.Run == nil {
			return nil, fail.New(fail.Internal, "module %q stands there twice or does nothing", m.Name)
		}
		m.demandToken()
		e.modules[m.Name] = m
		actions = append(actions, m.Name)
	}
	for _, f := range formats {
		f.contentType, f.disposition = []string{f.Type}, inline(f.File)
		e.formats[f.Name] = f
		names = append(names, f.Name)
	}
	if e.formats["jsonfm"] == nil {
		return nil, fail.New(fail.Internal, "the engine needs the format jsonfm")
	}
	slices.Sort(actions)
	slices.Sort(names)
	e.general = generalParams(actions, names)
	e.general[0].Submodules, e.general[1].Submodules = map[string]string{}, map[string]string{}
	for _, name := range actions {
		e.general[0].Submodules[name] = name
	}
	for _, name := range names {
		e.general[1].Submodules[name] = name
	}
	e.index = newIndex(e.general, modules, formats)
	if err := prepare(e.index.main); err != nil {
		return nil, err
	}
	for _, f := range formats {
		table, err := newTable(f.Name, "", f.Params)
		if err != nil {
			return nil, err
		}
		f.table = table
	}
	e.pool.New = func() any {
		r := &Request{engine: e}
		r.reset()
		return r
	}
	return e, nil
}
