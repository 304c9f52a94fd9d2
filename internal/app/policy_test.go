package app

import (
	"testing"

	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/policy"
)

func TestDefaultPolicyIsThatOfMediaWiki(t *testing.T) {
	rules, err := passwordPolicy(config.Default(), grant.New(groups(config.Default())))
	if err != nil {
		t.Fatal(err)
	}
	everybody := policy.Policy{MinLength: 1, MinLoginLength: 1, NotInName: true, NotDefault: true, NotCommon: true}
	strict := everybody
	strict.MinLength = 10
	for group, want := range map[string]policy.Policy{
		"": everybody, "user": everybody, "bot": strict, "sysop": strict, "bureaucrat": strict, "interface-admin": strict,
	} {
		if got := rules.For([]string{group}); got != want {
			t.Errorf("%q: %+v, want %+v", group, got, want)
		}
	}
	if rules.OnLogin != policy.Suggest {
		t.Errorf("at login: %v", rules.OnLogin)
	}
}

func TestLengthsOfGroupsThatNobodyIsInAreRefused(t *testing.T) {
	for group, ok := range map[string]bool{"sysop": true, "sysops": false, "user": false, "*": false} {
		cfg := config.Default()
		cfg.PasswordMinLengthGroups = []config.GroupLength{{Group: group, Length: 12}}
		if _, err := passwordPolicy(cfg, grant.New(groups(config.Default()))); ok != (err == nil) || !ok && !fail.Is(err, fail.Invalid) {
			t.Errorf("%s: %v", group, err)
		}
	}
}
