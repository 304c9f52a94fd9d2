package grant_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/grant"
)

func TestRestrictionsAllow(t *testing.T) {
	tests := []struct {
		entries []string
		allowed string
		refused string
	}{
		{[]string{"10.9.8.0/24"}, "10.9.8.0 10.9.8.255 ::ffff:10.9.8.7", "10.9.7.255 10.9.9.0 ::1"},
		{[]string{"10.9.8.7/24"}, "10.9.8.1", "10.9.9.7"},
		{[]string{"192.0.2.7"}, "192.0.2.7 ::ffff:192.0.2.7", "192.0.2.6"},
		{[]string{"2001:DB8::/32", "::1"}, "2001:db8:ffff::1 ::1 ::1%lo", "2001:db9:: 127.0.0.1"},
		{[]string{"::/0"}, "::1 fe80::1%eth0", "192.0.2.1 ::ffff:192.0.2.1"},
		{[]string{"0.0.0.0/0"}, "192.0.2.1 ::ffff:192.0.2.1", "::1"},
		{[]string{"::ffff:192.0.2.7"}, "192.0.2.7 ::ffff:192.0.2.7", "192.0.2.8"},
		{[]string{"::ffff:192.0.2.0/120"}, "192.0.2.7", "192.0.3.7"},
		{[]string{" 192.0.2.7\r"}, "192.0.2.7", "192.0.2.8"},
		{nil, "", "127.0.0.1 ::1"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.entries, ","), func(t *testing.T) {
			r, err := grant.NewRestrictions(test.entries)
			if err != nil {
				t.Fatal(err)
			}
			checkAddresses(t, r, test.allowed, true)
			checkAddresses(t, r, test.refused, false)
			if r.Allows(netip.Addr{}) {
				t.Error("allows no address at all")
			}
			again, err := grant.ParseRestrictions(r.JSON())
			if err != nil || !slices.Equal(again.List(), r.List()) {
				t.Errorf("%s reads back as %q, %v", r.JSON(), again.List(), err)
			}
		})
	}
}

func checkAddresses(t *testing.T, r grant.Restrictions, addresses string, want bool) {
	t.Helper()
	for _, address := range strings.Fields(addresses) {
		if got := r.Allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%q allows %s: %v", r.List(), address, got)
		}
	}
}

func TestUnrestricted(t *testing.T) {
	r := grant.Unrestricted()
	checkAddresses(t, r, "127.0.0.1 255.255.255.255 ::1 ::ffff:1.2.3.4 fe80::1%eth0", true)
	if got := string(r.JSON()); got != `{"IPAddresses":["0.0.0.0/0","::/0"]}` {
		t.Errorf("JSON %s", got)
	}
}

func TestTheZeroValueBlocksEverything(t *testing.T) {
	var r grant.Restrictions
	checkAddresses(t, r, "127.0.0.1 ::1", false)
	if got := string(r.JSON()); got != `{"IPAddresses":[]}` || r.List() == nil {
		t.Errorf("JSON %s, list %#v", got, r.List())
	}
}

func TestParseRestrictions(t *testing.T) {
	tests := []struct {
		about, text string
		ok          bool
	}{
		{"everything", `{"IPAddresses":["0.0.0.0/0","::/0"]}`, true},
		{"escaped slashes and blanks", ` { "IPAddresses" : [ "10.0.0.0\/8" ] } `, true},
		{"nothing allowed", `{"IPAddresses":[]}`, true},
		{"newer key besides", `{"IPAddresses":["::/0"],"Pages":["Foo"]}`, false},
		{"other key", `{"ipaddresses":["::/0"]}`, false},
		{"no key", `{}`, false},
		{"null list", `{"IPAddresses":null}`, false},
		{"string", `{"IPAddresses":"::/0"}`, false},
		{"object for a list", `{"IPAddresses":{"0":"::/0"}}`, false},
		{"number in the list", `{"IPAddresses":[1]}`, false},
		{"null in the list", `{"IPAddresses":[null]}`, false},
		{"list", `["::/0"]`, false},
		{"null", `null`, false},
		{"empty", ``, false},
		{"more behind it", `{"IPAddresses":[]}{}`, false},
		{"not an address", `{"IPAddresses":["localhost"]}`, false},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			r, err := grant.ParseRestrictions([]byte(test.text))
			if (err == nil) != test.ok {
				t.Errorf("error %v", err)
			}
			if err != nil && len(r.List()) != 0 {
				t.Errorf("refused, but holds %q", r.List())
			}
		})
	}
}

func TestBadEntriesAreNamed(t *testing.T) {
	for _, entry := range []string{
		"", "localhost", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "10.0.0.0/-1", "010.0.0.1", "::/129", "fe80::1%eth0",
		"fe80::%eth0/64", "10.0.0.1-10.0.0.9", "10.0.0.1 10.0.0.2", "[::1]", "10.0.0.1:80",
	} {
		_, err := grant.NewRestrictions([]string{"192.0.2.1", entry})
		if err == nil {
			t.Errorf("%q is accepted", entry)
			continue
		}
		for _, part := range []string{fmt.Sprintf("%q", entry), "192.0.2.0/24"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: error %q does not say %s", entry, err, part)
			}
		}
	}
}

func TestRestrictionsTooLongToStore(t *testing.T) {
	const frame, each = len(`{"IPAddresses":[]}`), len(`"192.0.2.17",`)
	most := (65535 - frame + 1) / each
	entries := slices.Repeat([]string{"192.0.2.17"}, most)
	r, err := grant.NewRestrictions(entries)
	if err != nil {
		t.Fatalf("%d entries: %v", most, err)
	}
	if _, err := grant.ParseRestrictions(r.JSON()); err != nil {
		t.Errorf("what was made is not read: %v", err)
	}
	if _, err := grant.NewRestrictions(append(entries, "192.0.2.17")); err == nil {
		t.Error("one more is accepted")
	}
	if _, err := grant.ParseRestrictions(append(r.JSON(), strings.Repeat(" ", each)...)); err == nil {
		t.Error("a longer text is accepted")
	}
}

func TestAllowsDoesNotAllocate(t *testing.T) {
	r := grant.Unrestricted()
	addr := netip.MustParseAddr("fe80::1%eth0")
	if n := testing.AllocsPerRun(100, func() { r.Allows(addr) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestListIsACopy(t *testing.T) {
	r := grant.Unrestricted()
	r.List()[0] = "broken"
	if r.List()[0] != "0.0.0.0/0" {
		t.Error("the caller can change the entries")
	}
}
