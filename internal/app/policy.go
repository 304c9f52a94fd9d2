package app

import (
	"slices"

	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/policy"
)

// passwordPolicy is what the configuration asks of passwords. A length for a
// group that does not exist is fail.Invalid, since nobody would notice.
func passwordPolicy(cfg config.Config, permissions *grant.Permissions) (policy.Rules, error) {
	asked := func(check string) bool { return slices.Contains(cfg.PasswordChecks, check) }
	rules := policy.Rules{
		Default: policy.Policy{
			MinLength: cfg.PasswordMinLength, MinLoginLength: cfg.PasswordMinLengthLogin,
			NotInName: asked(config.CheckName), NotDefault: asked(config.CheckDefault), NotCommon: asked(config.CheckCommon),
		},
		Groups: map[string]policy.Policy{},
		OnLogin: map[string]policy.Reaction{
			config.ReactSuggest: policy.Suggest, config.ReactForce: policy.Force, config.ReactIgnore: policy.Ignore,
		}[cfg.PasswordChecksAtLogin],
	}
	for _, g := range cfg.PasswordMinLengthGroups {
		if !permissions.KnownGroup(g.Group) || grant.Implicit(g.Group) {
			return rules, fail.New(fail.Invalid, "option password-min-length-groups names the group %q, which nobody can be put into", g.Group)
		}
		rules.Groups[g.Group] = policy.Policy{MinLength: g.Length}
	}
	return rules, nil
}
