package modules

import (
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/grant"
)

const (
	limitsOfNobody = `{"edit":{"ip":{"hits":8,"seconds":60}},"upload":{"ip":{"hits":8,"seconds":60}},` +
		`"mailpassword":{"ip":{"hits":5,"seconds":3600}},"emailuser":{"ip":{"hits":5,"seconds":86400}},` +
		`"purge":{"ip":{"hits":30,"seconds":60}},"linkpurge":{"ip":{"hits":30,"seconds":60}},` +
		`"renderfile":{"ip":{"hits":700,"seconds":30}},"renderfile-nonstandard":{"ip":{"hits":70,"seconds":30}},` +
		`"stashedit":{"ip":{"hits":30,"seconds":60}},"stashbasehtml":{"ip":{"hits":5,"seconds":60}},` +
		`"changetag":{"ip":{"hits":8,"seconds":60}}}`
	limitsOfUsers = `{"edit":{"user":{"hits":90,"seconds":60}},"move":{"user":{"hits":8,"seconds":60}},` +
		`"rollback":{"user":{"hits":10,"seconds":60}},"emailuser":{"user":{"hits":20,"seconds":86400}},` +
		`"changeemail":{"user":{"hits":4,"seconds":86400}},"confirmemail":{"user":{"hits":4,"seconds":86400}},` +
		`"purge":{"user":{"hits":30,"seconds":60}},"linkpurge":{"user":{"hits":30,"seconds":60}},` +
		`"renderfile":{"user":{"hits":700,"seconds":30}},"renderfile-nonstandard":{"user":{"hits":70,"seconds":30}},` +
		`"editcontentmodel":{"user":{"hits":8,"seconds":60}}}`
)

func TestRateLimits(t *testing.T) {
	r := newRig(t)
	for _, test := range []struct {
		name, password    string
		real, theoretical string
	}{
		{"", "", limitsOfNobody, limitsOfNobody},
		{"Alice", alicePassword, limitsOfUsers, limitsOfUsers},
		{"William@testbot", testbotSecret, limitsOfUsers, limitsOfUsers},
		{"Admin", adminPassword, `{}`, limitsOfUsers},
	} {
		c := r.client(t)
		if test.name != "" {
			c.login(test.name, test.password)
		}
		for _, version := range []string{"1", "2"} {
			a := c.get("action=query&meta=userinfo&uiprop=ratelimits|theoreticalratelimits&formatversion=" + version)
			if got := a.raw("query", "userinfo", "ratelimits"); got != test.real {
				t.Errorf("%q:\ngot  %s\nwant %s", test.name, got, test.real)
			}
			if got := a.raw("query", "userinfo", "theoreticalratelimits"); got != test.theoretical {
				t.Errorf("%q, in theory:\ngot  %s\nwant %s", test.name, got, test.theoretical)
			}
		}
	}
}

func TestUsersWhoAreNotConfirmedHaveTheLimitsOfNewcomers(t *testing.T) {
	c := newRig(t, func(o *rigOptions) {
		groups := o.Groups[:0:0]
		for _, g := range o.Groups {
			if g.Name != "autoconfirmed" {
				groups = append(groups, g)
			}
		}
		o.Groups = append(groups, grant.Group{Name: "autoconfirmed", Rights: []string{"editsemiprotected"}})
	}).client(t).login("Alice", alicePassword)
	got := c.userInfo("2", "ratelimits")
	for _, part := range []string{
		`"edit":{"user":{"hits":90,"seconds":60},"ip":{"hits":8,"seconds":60},"newbie":{"hits":8,"seconds":60}}`,
		`"mailpassword":{"ip":{"hits":5,"seconds":3600}}`,
		`"rollback":{"user":{"hits":10,"seconds":60},"newbie":{"hits":5,"seconds":120}}`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is not in %s", part, got)
		}
	}
}
