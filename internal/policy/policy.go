// Package policy owns which passwords are good enough: the checks, the values
// they take for the groups of an account, and MediaWiki's codes for what they
// find.
//
// It does not own passwords themselves, their hashes, or what a login does
// about a bad one (package credential). Everything here is pure and safe for
// concurrent use.
//
// Source of the rules: MediaWiki includes/password/PasswordPolicyChecks.php and
// UserPasswordPolicy.php, MainConfigSchema (PasswordPolicy).
package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// MaxLength is the longest password in bytes, whatever a policy says
// (MediaWiki: MaximalPasswordLength).
const MaxLength = 4096

// Policy is what is asked of a password. Lengths are bytes; the zero Policy
// asks for nothing but MaxLength.
type Policy struct {
	MinLength      int  // of a good one (MediaWiki: MinimalPasswordLength)
	MinLoginLength int  // of one that may log in at all (MinimumPasswordLengthToLogin)
	NotInName      bool // PasswordCannotBeSubstringInUsername
	NotDefault     bool // PasswordCannotMatchDefaults
	NotCommon      bool // PasswordNotInCommonList
}

// Reaction is what a login does with a right password that the policy would
// not take any more.
type Reaction uint8

// The reactions. Suggest lets a person go on with the old password, Force does
// not; a program that cannot ask a person is refused by both.
const (
	Ignore Reaction = iota
	Suggest
	Force
)

// Rules are the policies of a site. They must not change while they are used.
type Rules struct {
	Default Policy
	Groups  map[string]Policy
	OnLogin Reaction
}

// For is the policy of a member of groups: for each check the strictest value
// of Default and those of the groups.
func (r *Rules) For(groups []string) Policy {
	p := r.Default
	for _, g := range groups {
		p = p.max(r.Groups[g])
	}
	return p
}

func (p Policy) max(q Policy) Policy {
	return Policy{
		MinLength:      max(p.MinLength, q.MinLength),
		MinLoginLength: max(p.MinLoginLength, q.MinLoginLength),
		NotInName:      p.NotInName || q.NotInName,
		NotDefault:     p.NotDefault || q.NotDefault,
		NotCommon:      p.NotCommon || q.NotCommon,
	}
}

// The codes of findings, which are MediaWiki's message keys.
const (
	TooShort  = "passwordtooshort"
	TooLong   = "passwordtoolong"
	InName    = "password-substring-username-match"
	Forbidden = "password-login-forbidden"
	Common    = "passwordincommonlist"
)

// Finding is one thing that is wrong with a password.
type Finding struct {
	Code  string
	Limit int  // of TooShort and TooLong, in bytes
	Fatal bool // such a password does not even log in
}

// words say a finding to an operator.
func (f Finding) words() string {
	switch f.Code {
	case TooShort:
		return fmt.Sprintf("it has fewer than %d bytes", f.Limit)
	case TooLong:
		return fmt.Sprintf("it has more than %d bytes", f.Limit)
	case InName:
		return "it is a part of the account's name"
	case Forbidden:
		return "it stands in the documentation of MediaWiki as an example"
	}
	return "it is one of the commonest passwords"
}

// Check gives what is wrong with a password for the account of a name; nothing
// when it is good.
func (p Policy) Check(name string, password secret.Secret) []Finding {
	var found []Finding
	add := func(bad bool, f Finding) {
		if bad {
			found = append(found, f)
		}
	}
	plain := password.Reveal()
	add(len(plain) < p.MinLength, Finding{Code: TooShort, Limit: p.MinLength})
	add(len(plain) < p.MinLoginLength, Finding{Code: TooShort, Limit: p.MinLoginLength, Fatal: true})
	add(p.NotInName && plain != "" && strings.Contains(lower(name), lower(plain)), Finding{Code: InName})
	add(p.NotDefault && isDefault(name, plain), Finding{Code: Forbidden})
	add(len(plain) > MaxLength, Finding{Code: TooLong, Limit: MaxLength, Fatal: true})
	add(p.NotCommon && len(plain) <= MaxLength && isCommon(plain), Finding{Code: Common})
	return found
}

// Accept gives a new password in the form in which it must be hashed: that of a
// login, where clients' texts are in Unicode's form NFC and hold no control
// characters. A password that could never log in, or is not good enough, is a
// fail.Invalid error that says everything that is wrong with it.
func (p Policy) Accept(name string, password secret.Secret) (secret.Secret, error) {
	plain := password.Reveal()
	if !utf8.ValidString(plain) || strings.ContainsFunc(plain, unsendable) {
		return password, fail.New(fail.Invalid, "the password cannot be that of %s: it is not in UTF-8 or holds control characters, so it could never log in", name)
	}
	password = secret.New(norm.NFC.String(plain))
	return password, p.refuse(name, password)
}

// unsendable reports a character that the API takes in no text.
func unsendable(r rune) bool {
	return r < ' ' && r != '\t' || r == 0xfffe || r == 0xffff
}

func (p Policy) refuse(name string, password secret.Secret) error {
	var reasons []string
	for _, f := range p.Check(name, password) {
		if reason := f.words() + " (" + f.Code + ")"; !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	if reasons == nil {
		return nil
	}
	return fail.New(fail.Invalid, "the password cannot be that of %s: %s", name, strings.Join(reasons, ", and "))
}

// lower turns the letters A to Z into small ones and leaves all others, as PHP
// compares texts.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// isDefault reports a password that the documentation of MediaWiki or its tests
// give to an account.
func isDefault(name, password string) bool {
	switch name {
	case "Useruser":
		return password == "Passpass" || password == example
	case "Useruser1":
		return password == "Passpass1" || password == example
	case "Apitestsysop", "Apitestuser":
		return password == "testpass" || password == example
	}
	return password == example
}

// example is the password that examples use for anybody.
const example = "ExamplePassword"
