package grant_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/grant"
)

// TestGrants holds the order and the headings that listings show, and how many
// rights a real wiki lists for each.
func TestGrants(t *testing.T) {
	want := []struct {
		name, group string
		rights      int
	}{
		{"basic", "hidden", 12}, {"highvolume", "high-volume", 4}, {"import", "administration", 2},
		{"editpage", "page-interaction", 5}, {"editprotected", "page-interaction", 6},
		{"editmycssjs", "customization", 8}, {"editmyoptions", "customization", 2},
		{"editinterface", "administration", 8}, {"editsiteconfig", "administration", 12},
		{"createeditmovepage", "page-interaction", 13}, {"uploadfile", "file-interaction", 2},
		{"uploadeditmovefile", "file-interaction", 7}, {"patrol", "page-interaction", 1},
		{"rollback", "administration", 1}, {"blockusers", "administration", 2},
		{"viewdeleted", "administration", 3}, {"viewrestrictedlogs", "administration", 1},
		{"delete", "administration", 13}, {"oversight", "administration", 2}, {"protect", "administration", 7},
		{"viewmywatchlist", "watchlist-interaction", 1}, {"editmywatchlist", "other", 1},
		{"sendemail", "email", 1}, {"createaccount", "administration", 1},
		{"privateinfo", "private-information", 1}, {"mergehistory", "administration", 1},
		{"oath", "authentication", 2},
	}
	grants := grant.Grants()
	if len(grants) != len(want) {
		t.Fatalf("%d grants, want %d", len(grants), len(want))
	}
	for i, g := range grants {
		if g.Name != want[i].name || g.Group != want[i].group || len(g.Rights) != want[i].rights {
			t.Errorf("grant %d: %s in %s with %d rights, want %v", i, g.Name, g.Group, len(g.Rights), want[i])
		}
		if g.Hidden != (g.Name == "basic") {
			t.Errorf("%s: hidden is %v", g.Name, g.Hidden)
		}
		if !grant.KnownGrant(g.Name) {
			t.Errorf("%s is not known", g.Name)
		}
	}
	if grant.KnownGrant("") || grant.KnownGrant("Basic") || grant.KnownGrant("Oath") {
		t.Error("knows grants that are not there")
	}
}

// TestTablesAreWellFormed finds slips of the pen: a right or name twice, or
// one that does not look like a right.
func TestTablesAreWellFormed(t *testing.T) {
	lists := map[string][]string{}
	for _, g := range grant.Grants() {
		lists["grant "+g.Name] = g.Rights
	}
	for _, g := range grant.DefaultGroups() {
		lists["group "+g.Name] = g.Rights
	}
	if want := len(grant.Grants()) + len(grant.DefaultGroups()); len(lists) != want {
		t.Errorf("%d different names, want %d", len(lists), want)
	}
	right := regexp.MustCompile(`^[a-z]+([-_][a-z]+)*$`)
	for name, rights := range lists {
		if len(rights) == 0 {
			t.Errorf("%s gives nothing", name)
		}
		for i, r := range rights {
			if !right.MatchString(r) || slices.Contains(rights[:i], r) {
				t.Errorf("%s: right %q is odd or there twice", name, r)
			}
		}
	}
}

// TestGrantedRightsExist: a right that only grants know is a misspelling,
// unless it is one of those that no group has by default.
func TestGrantedRightsExist(t *testing.T) {
	inNoGroup := strings.Fields("autocreateaccount patrolmarks delete-redirect reupload-own upload_by_url skipcaptcha oathauth-api-all oathauth-verify-user")
	var inGroups []string
	for _, g := range grant.DefaultGroups() {
		inGroups = append(inGroups, g.Rights...)
	}
	for _, g := range grant.Grants() {
		for _, right := range g.Rights {
			if slices.Contains(inGroups, right) == slices.Contains(inNoGroup, right) {
				t.Errorf("grant %s: right %q", g.Name, right)
			}
		}
	}
}

// TestF10I1_NoGrantReachesCredentials: a bot password must never be able to change
// how its owner logs in, nor who is in which group.
func TestF10I1_NoGrantReachesCredentials(t *testing.T) {
	for _, g := range grant.Grants() {
		for _, right := range []string{"editmyprivateinfo", "userrights", "hideuser", "unblockself", "oathauth-enable", "oathauth-disable-for-user"} {
			if slices.Contains(g.Rights, right) {
				t.Errorf("grant %s lets %s through", g.Name, right)
			}
		}
	}
}
