package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// namesRow is the row about what the time of a refused login tells.
const namesRow = "time of refused logins"

// refusal is a kind of login that is refused. An attacker must not be able to
// tell it from a login by a name that nobody has.
type refusal struct {
	what    string
	form    []byte // of the login but for the token
	samples []time.Duration
}

// names measures whether the time of a refused login tells which names exist.
func (b *bench) names(_ context.Context, _ *sessions) error {
	if !b.only.MatchString(namesRow) {
		return nil
	}
	kinds, err := b.refusals()
	if err != nil {
		return err
	}
	if err := b.restart("--login-throttle", "off", "--login-throttle-address", "off", "--login-throttle-account", "off"); err != nil {
		return err
	}
	c, err := dial(b.real.address, time.Now().Add(5*time.Minute))
	if err != nil {
		return err
	}
	defer c.conn.Close()
	for range b.refused {
		// In turn, so that a change of the machine's speed meets all of them, and
		// in random order, because every third or so hash pays for collecting the
		// garbage of those before it.
		for _, i := range rand.Perm(len(kinds)) {
			took, err := refuse(c, kinds[i].form)
			if err != nil {
				return err
			}
			kinds[i].samples = append(kinds[i].samples, took)
		}
	}
	printNames(kinds)
	return nil
}

// refusals makes the accounts; the first kind is a name that nobody has.
func (b *bench) refusals() ([]refusal, error) {
	var kinds []refusal
	for _, k := range []struct {
		what, name string
		make       [][]string
	}{
		{"unknown name", "Bench nobody", nil},
		{"wrong password", "Bench person", [][]string{{"create", "Bench person"}}},
		{"without a password", "Bench machine", [][]string{{"create", "Bench machine", "--no-password"}}},
		{"locked", "Bench locked", [][]string{{"create", "Bench locked"}, {"lock", "Bench locked"}}},
		{"with a temporary password too", "Bench guest", [][]string{{"create", "Bench guest"}, {"password", "Bench guest", "--temporary"}}},
		{"with a temporary password alone", "Bench novice", [][]string{{"create", "Bench novice", "--no-password"}, {"password", "Bench novice", "--temporary"}}},
	} {
		for _, args := range k.make {
			if err := b.account(args); err != nil {
				return nil, err
			}
		}
		form := "action=login&format=json&lgname=" + url.QueryEscape(k.name) + "&lgpassword=not-the-password&lgtoken="
		kinds = append(kinds, refusal{what: k.what, form: []byte(form)})
	}
	return kinds, nil
}

// account runs a command about an account. A new one has a password unless
// the arguments say otherwise.
func (b *bench) account(args []string) error {
	args = append(append([]string{"account"}, args...), "--data", b.data())
	if args[1] == "create" && !slices.Contains(args, "--no-password") {
		file := filepath.Join(b.dir, "password")
		if err := os.WriteFile(file, []byte("the-password-of-the-bench"), 0o600); err != nil {
			return err
		}
		args = append(args, "--password-file", file)
	}
	_, err := command("", b.program, args...)
	return err
}

// refuse logs in with a fresh token and gives the time of the refusal alone.
func refuse(c *client, form []byte) (time.Duration, error) {
	a, err := c.do(get(loginTokenQuery, ""))
	if err != nil {
		return 0, err
	}
	request := appendPost(nil, a.cookie("wikigate_session"), append(slices.Clone(form), a.token()...))
	began := time.Now()
	a, err = c.do(request)
	took := time.Since(began)
	if err == nil && !bytes.Contains(a.body, []byte(`"result":"Failed"`)) {
		err = fmt.Errorf("the login was not refused: %s", a.body)
	}
	return took, err
}

// A kind passes when a sample of it is slower than one of an unknown name in
// about every second pair. The bounds are wide, since the machine does other
// work; a hash more or less would give 0 or 1.
const leastSlower, mostSlower = 0.3, 0.7

func printNames(kinds []refusal) {
	fmt.Printf("%s, %d of each in turn; slower: share of the pairs in which it took longer than an unknown name\n", namesRow, len(kinds[0].samples))
	for _, k := range kinds {
		share := slower(k.samples, kinds[0].samples)
		middle := slices.Sorted(slices.Values(k.samples))[len(k.samples)/2]
		fmt.Printf("  %-36s median %8.2fms, slower %.2f: %s\n", k.what, float64(middle)/1e6, share, verdict(share >= leastSlower && share <= mostSlower))
	}
}

// slower is the share of all pairs of a sample of a and one of b in which that
// of a is greater; equal ones count half (the statistic of Mann and Whitney).
func slower(a, b []time.Duration) float64 {
	sum := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				sum++
			case x == y:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(a)*len(b))
}
