package grant_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/grant"
)

// What a real wiki (MediaWiki 1.39.17) lists for four kinds of user.
const (
	anonymousRights = "createaccount read edit createpage createtalk writeapi viewmywatchlist editmywatchlist" +
		" viewmyprivateinfo editmyprivateinfo editmyoptions"

	userRights = anonymousRights + " move move-subpages move-rootuserpages move-categorypages movefile" +
		" upload reupload reupload-shared minoredit editmyusercss editmyuserjson editmyuserjs editmyuserjsredirect" +
		" purge sendemail applychangetags changetags editcontentmodel autoconfirmed editsemiprotected"

	botRights = "bot autoconfirmed editsemiprotected nominornewtalk autopatrol suppressredirect apihighlimits writeapi" +
		" createaccount read edit createpage createtalk viewmywatchlist editmywatchlist" +
		" viewmyprivateinfo editmyprivateinfo editmyoptions move move-subpages move-rootuserpages move-categorypages" +
		" movefile upload reupload reupload-shared minoredit editmyusercss editmyuserjson editmyuserjs" +
		" editmyuserjsredirect purge sendemail applychangetags changetags editcontentmodel"

	adminRights = "userrights noratelimit editinterface editsitecss editsitejson editsitejs editusercss edituserjson" +
		" edituserjs block createaccount delete bigdelete deletedhistory deletedtext undelete import importupload" +
		" move move-subpages move-rootuserpages move-categorypages patrol autopatrol protect editprotected rollback" +
		" upload reupload reupload-shared unwatchedpages autoconfirmed editsemiprotected ipblock-exempt blockemail" +
		" markbotedits apihighlimits browsearchive movefile unblockself suppressredirect mergehistory managechangetags" +
		" deletechangetags read edit createpage createtalk writeapi viewmywatchlist editmywatchlist viewmyprivateinfo" +
		" editmyprivateinfo editmyoptions minoredit editmyusercss editmyuserjson editmyuserjs editmyuserjsredirect" +
		" purge sendemail applychangetags changetags editcontentmodel"
)

func TestEffectiveAndRights(t *testing.T) {
	tests := []struct {
		about      string
		explicit   []string
		registered bool
		groups     string
		rights     string
	}{
		{"anonymous", nil, false, "*", anonymousRights},
		{"plain user", nil, true, "* user autoconfirmed", userRights},
		{"bot", []string{"bot"}, true, "bot * user autoconfirmed", botRights},
		{"administrator", []string{"sysop", "bureaucrat", "interface-admin"}, true,
			"bureaucrat interface-admin sysop * user autoconfirmed", adminRights},
		{"group without a definition", []string{"ghost"}, true, "ghost * user autoconfirmed", userRights},
		{"repeated and implicit groups", []string{"user", "bot", "*", "bot"}, true,
			"bot * user autoconfirmed", botRights},
		{"explicit groups without an account", []string{"sysop"}, false, "*", anonymousRights},
	}
	permissions := grant.New(grant.DefaultGroups())
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			before := slices.Clone(test.explicit)
			groups := grant.Effective(test.explicit, test.registered)
			if !slices.Equal(before, test.explicit) {
				t.Errorf("Effective changed its argument to %q", test.explicit)
			}
			if got := strings.Join(groups, " "); got != test.groups {
				t.Errorf("groups %q, want %q", got, test.groups)
			}
			if got := strings.Join(permissions.Rights(groups), " "); got != test.rights {
				t.Errorf("rights\n%q, want\n%q", got, test.rights)
			}
		})
	}
}

func TestCut(t *testing.T) {
	var every []string
	for _, g := range grant.Grants() {
		every = append(every, g.Name)
	}
	tests := []struct{ about, rights, grants, want string }{
		{"plain user who may edit", userRights, "basic highvolume editpage",
			"read edit writeapi minoredit purge applychangetags changetags editcontentmodel autoconfirmed editsemiprotected"},
		{"bot with every grant", botRights, strings.Join(every, " "),
			strings.NewReplacer(" editmyprivateinfo", "", " editmyuserjsredirect", "").Replace(botRights)},
		{"the order of the grants does not count", "read edit purge", "editpage basic", "read edit purge"},
		{"without basic one cannot read", "read edit", "editpage", "edit"},
		{"a grant gives no right that was missing", "read", "basic highvolume protect", "read"},
		{"unknown grants give nothing", userRights, "oauth-magic", ""},
		{"no grants, no rights", adminRights, "", ""},
	}
	permissions := grant.New(grant.DefaultGroups())
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			got := permissions.Cut(strings.Fields(test.rights), strings.Fields(test.grants))
			if strings.Join(got, " ") != test.want {
				t.Errorf("got\n%q, want\n%q", got, test.want)
			}
			if got == nil {
				t.Error("nil where an empty list is promised")
			}
		})
	}
}

// TestHasAgreesWithTheLists asks Has about everything that the lists tell.
func TestHasAgreesWithTheLists(t *testing.T) {
	permissions := grant.New(grant.DefaultGroups())
	asked := append(strings.Fields(adminRights+" "+botRights), "hideuser", "autocreateaccount", "unknown", "")
	for _, explicit := range [][]string{nil, {"bot"}, {"sysop", "bureaucrat"}, {"ghost"}} {
		groups := grant.Effective(explicit, true)
		all := permissions.Rights(groups)
		for _, grants := range [][]string{nil, {"basic"}, {"basic", "highvolume", "editpage"}, {"nonsense", "protect"}} {
			cut := permissions.Cut(all, grants)
			for _, right := range asked {
				if got, want := permissions.Has(groups, grants, false, right), slices.Contains(all, right); got != want {
					t.Errorf("%v may %q: %v, want %v", groups, right, got, want)
				}
				if got, want := permissions.Has(groups, grants, true, right), slices.Contains(cut, right); got != want {
					t.Errorf("%v limited to %v may %q: %v, want %v", groups, grants, right, got, want)
				}
			}
		}
	}
}

// TestBotFlagNeedsGroupAndGrant is what assert=bot comes down to.
func TestBotFlagNeedsGroupAndGrant(t *testing.T) {
	permissions := grant.New(grant.DefaultGroups())
	bot, user := grant.Effective([]string{"bot"}, true), grant.Effective(nil, true)
	switch {
	case !permissions.Has(bot, nil, false, "bot"):
		t.Error("a bot in a session of its own is no bot")
	case !permissions.Has(bot, []string{"basic", "highvolume"}, true, "bot"):
		t.Error("a bot with grant highvolume is no bot")
	case permissions.Has(bot, []string{"basic", "editpage"}, true, "bot"):
		t.Error("a bot without grant highvolume is a bot")
	case permissions.Has(user, []string{"basic", "highvolume"}, true, "bot"):
		t.Error("the grant alone makes a bot")
	}
}

func TestHasDoesNotAllocate(t *testing.T) {
	permissions := grant.New(grant.DefaultGroups())
	groups := grant.Effective([]string{"bot", "sysop"}, true)
	grants := []string{"basic", "highvolume", "mergehistory"}
	if n := testing.AllocsPerRun(100, func() { permissions.Has(groups, grants, true, "bot") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestChangeable(t *testing.T) {
	permissions := grant.New(grant.DefaultGroups())
	for _, test := range []struct{ rights, want string }{
		{adminRights, "bot sysop interface-admin bureaucrat suppress"},
		{userRights, ""},
		{"", ""},
	} {
		add, remove, addSelf, removeSelf := permissions.Changeable(strings.Fields(test.rights))
		if got := strings.Join(add, " "); got != test.want {
			t.Errorf("add %q, want %q", got, test.want)
		}
		if got := strings.Join(remove, " "); got != test.want {
			t.Errorf("remove %q, want %q", got, test.want)
		}
		if len(addSelf)+len(removeSelf) != 0 {
			t.Errorf("self: %q, %q", addSelf, removeSelf)
		}
		if add == nil || remove == nil || addSelf == nil || removeSelf == nil {
			t.Error("nil where an empty list is promised")
		}
	}
}

func TestGroups(t *testing.T) {
	permissions := grant.New(grant.DefaultGroups())
	var names []string
	for _, g := range permissions.Groups() {
		names = append(names, g.Name)
		if !permissions.KnownGroup(g.Name) {
			t.Errorf("%q is not known", g.Name)
		}
	}
	if got := strings.Join(names, " "); got != "* user autoconfirmed bot sysop interface-admin bureaucrat suppress" {
		t.Errorf("order of groups: %q", got)
	}
	if permissions.KnownGroup("Sysop") || permissions.KnownGroup("") {
		t.Error("knows groups that are not there")
	}
}

func TestGroupsOfOneNameAreJoined(t *testing.T) {
	permissions := grant.New([]grant.Group{
		{Name: "*", Rights: []string{"read", "read"}},
		{Name: "helper", Rights: []string{"a"}},
		{Name: "*", Rights: []string{"edit", "read"}},
	})
	groups := permissions.Groups()
	if len(groups) != 2 || strings.Join(groups[0].Rights, " ") != "read edit" {
		t.Errorf("got %v", groups)
	}
}

// TestNobodyCanChangeTheTables writes into everything that is handed out.
func TestNobodyCanChangeTheTables(t *testing.T) {
	given := grant.DefaultGroups()
	permissions := grant.New(given)
	given[0].Rights[0] = "broken"
	permissions.Groups()[0].Rights[0] = "broken"
	permissions.Groups()[0].Name = "broken"
	grant.Grants()[0].Rights[0] = "broken"
	grant.Grants()[0].Name = "broken"

	if got := strings.Join(permissions.Rights([]string{"*"}), " "); got != anonymousRights {
		t.Errorf("rights of * are now %q", got)
	}
	if got := grant.DefaultGroups()[0].Rights[0]; got != "createaccount" {
		t.Errorf("default groups now begin with %q", got)
	}
	if got := grant.Grants()[0]; got.Name != "basic" || got.Rights[0] != "autocreateaccount" {
		t.Errorf("grants now begin with %v", got)
	}
}

func TestPrivateGroups(t *testing.T) {
	permissions := grant.New(grant.PrivateGroups())
	for _, right := range []string{"read", "edit"} {
		if permissions.Has([]string{"*"}, nil, false, right) || !permissions.Has([]string{"user"}, nil, false, right) {
			t.Errorf("%s is not the right of those with an account alone", right)
		}
	}
	if open := grant.New(grant.DefaultGroups()); !open.Has([]string{"*"}, nil, false, "read") {
		t.Error("PrivateGroups has changed the default groups")
	}
}

func TestGroupsWith(t *testing.T) {
	permissions := grant.New(grant.DefaultGroups())
	for _, test := range []struct{ rights, want string }{
		{"block", "sysop"}, {"userrights bot", "bot bureaucrat"}, {"edit", "* user"}, {"createaccount", "* sysop"}, {"siteadmin", ""}, {"", ""},
	} {
		if got := strings.Join(permissions.GroupsWith(strings.Fields(test.rights)), " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.rights, got, test.want)
		}
	}
	if got := strings.Join(permissions.ExplicitGroups(), " "); got != "bot bureaucrat interface-admin suppress sysop" {
		t.Errorf("explicit groups %q", got)
	}
}

// The list is that of a MediaWiki 1.39.17 without extensions.
func TestKnownRights(t *testing.T) {
	const want = "apihighlimits applychangetags autoconfirmed autocreateaccount autopatrol bigdelete block blockemail bot browsearchive " +
		"changetags createaccount createpage createtalk delete delete-redirect deletechangetags deletedhistory deletedtext deletelogentry " +
		"deleterevision edit editcontentmodel editinterface editmyoptions editmyprivateinfo editmyusercss editmyuserjs editmyuserjson " +
		"editmyuserjsredirect editmywatchlist editprotected editsemiprotected editsitecss editsitejs editsitejson editusercss edituserjs " +
		"edituserjson hideuser import importupload ipblock-exempt managechangetags markbotedits mergehistory minoredit move " +
		"move-categorypages move-rootuserpages move-subpages movefile nominornewtalk noratelimit oathauth-api-all oathauth-verify-user override-export-depth pagelang patrol " +
		"patrolmarks protect purge read reupload reupload-own reupload-shared rollback sendemail siteadmin skipcaptcha suppressionlog suppressredirect " +
		"suppressrevision unblockself undelete unwatchedpages upload upload_by_url userrights userrights-interwiki viewmyprivateinfo " +
		"viewmywatchlist viewsuppressed writeapi"
	if got := strings.Join(grant.New(nil).KnownRights(), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	more := grant.New([]grant.Group{{Name: "g", Rights: []string{"zz", "edit"}}}).KnownRights()
	if more[len(more)-1] != "zz" || len(more) != len(strings.Fields(want))+1 {
		t.Errorf("with a right of the site's own: %q", more)
	}
}
