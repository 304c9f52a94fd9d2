// Package architecture holds the tests that keep the shape of the program:
// which package may import which, and that each says what it is for. It has no
// code of its own.
package architecture
