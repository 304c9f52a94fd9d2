// Package docs holds the tests of the documents: their commands are run, and
// their links lead somewhere. It has no code of its own.
package docs
