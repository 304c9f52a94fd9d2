// Package conformance plays the conformance scenarios against wikigate, in
// this process and as a started program, and against a MediaWiki when one is
// named.
//
// It owns the accounts and settings that the scenarios meet (accounts.toml)
// and setting them up; the scenarios and the runner are those of the public
// package conformance.
package conformance
