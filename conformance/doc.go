// Package conformance checks whether an api.php answers as MediaWiki's does:
// scenarios written as text, and a runner that plays them over HTTP against
// any server.
//
// It owns the scenario format (described in docs/conformance.md), the
// scenarios that come with the program, the accounts file that tells who plays
// which part on a target, and the reports. It imports nothing else of this
// module, so that it can judge a server without knowing how it is built; what
// the rules are that scenarios name stands in docs/protocol.
//
// A scenario says what must hold of status, headers, cookies and body. It
// never compares the prose of messages, which differs between servers and
// languages.
package conformance
