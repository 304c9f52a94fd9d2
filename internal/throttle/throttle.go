// Package throttle is the one place through which every check of a secret
// passes: it decides and counts in one atomic step.
//
// It owns the windows, the keys and the arithmetic of attempts. It does not
// own what is being checked, and it does not sleep or slow anybody down.
package throttle
