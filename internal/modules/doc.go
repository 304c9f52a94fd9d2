// Package modules holds the actions of the API, one file each: it turns
// parameters into calls of the domain, and outcomes of the domain into the
// codes and keys of the protocol.
//
// It owns no rule about who may log in or what a session is; it owns the table
// from outcomes to codes, and nothing else may invent a code.
package modules
