package app

import (
	"slices"

	"github.com/wikigate/wikigate/internal/config"
)

// Reload puts those options of cfg in force that can change while the server
// runs, but for the level of the log, which is its owner's. It reads the
// keys and the certificate anew even if their paths are the same. later are the
// options that differ from those the server was started with and need a restart.
// On an error everything stays as it was, but for new keys.
func (a *App) Reload(cfg config.Config) (later []string, err error) {
	defer func() { a.metrics.Reload(err == nil) }()
	if err := a.follower.Reload(); err != nil {
		return nil, err
	}
	if a.files != nil && cfg.TLSCert != "" {
		if err := a.files.Reload(cfg.TLSCert, cfg.TLSKey); err != nil {
			return nil, err
		}
	}
	a.adminToken.Store(&cfg.AdminTokenFile.Content)
	a.throttle.SetLimits(limits(cfg))
	return a.needRestart(cfg), nil
}

// needRestart lists options by their place in the table.
func (a *App) needRestart(cfg config.Config) (names []string) {
	before, after := a.cfg.Dump(), cfg.Dump()
	for i, o := range config.Options() {
		// A server without HTTPS does not get it by a reload, nor loses it.
		live := o.Live && !(slices.Contains([]string{"tls-cert", "tls-key"}, o.Name) && (a.cfg.TLSCert == "") != (cfg.TLSCert == ""))
		if before[i].Value != after[i].Value && !live {
			names = append(names, o.Name)
		}
	}
	return names
}
