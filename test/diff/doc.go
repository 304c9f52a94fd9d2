// Package diff sends the same generated requests to two servers and tells
// where their answers differ.
//
// It owns the generator (scenarios of package conformance, and interactive
// logins that are made up, both mutated), lending accounts whose secrets work
// once, playing a sequence on both servers in lock-step, the comparison of two
// answers, the table of differences that are known, and shrinking what is
// found. It does not judge which server is right, and knows the protocol only
// as far as the comparison needs: what is prose, what is random, what is time.
//
// It is a test of the whole program, for developers of this project who have
// a MediaWiki beside it, and so it is not public: `make diff-fuzz` runs it.
// The public runner has scenarios for everybody else.
//
// The same seed and scenarios make the same sequences. Addresses of clients
// are new in each run, so that throttles of an earlier run do not count.
package diff
