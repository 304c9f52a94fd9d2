package username

// LooksLikeIP lets the tests say "never an address" in the package's words.
var LooksLikeIP = isIP
