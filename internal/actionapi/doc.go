// Package actionapi is the engine of the Action API: it reads requests, checks
// them in MediaWiki's order, runs modules and writes answers.
//
// A module is data (its parameters, the token it needs, whether it writes)
// with one function; the engine parses by the data. The engine owns the
// general parameters, errors and warnings, the rules across origins, and the
// headers. It holds no rule about who may do what: those are in the domain
// packages, which the modules call.
//
// Source of the rules: MediaWiki includes/api/ApiMain.php, ApiBase.php and
// includes/libs/ParamValidator/.
package actionapi
