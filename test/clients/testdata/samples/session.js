// The HTTP side of the JavaScript samples: node's own fetch and a cookie jar
// just large enough for one server.
'use strict';

class Session {
	constructor( api = process.env.WIKIGATE_API ) {
		this.api = api;
		this.cookies = new Map();
	}

	get( params ) {
		return this.call( `${ this.api }?${ new URLSearchParams( params ) }`, {} );
	}

	post( fields ) {
		return this.call( this.api, { method: 'POST', body: new URLSearchParams( fields ) } );
	}

	// call resolves to the body as text; what it means is the caller's business.
	async call( url, options ) {
		const cookie = [ ...this.cookies ].map( ( [ name, value ] ) => `${ name }=${ value }` ).join( '; ' );
		const response = await fetch( url, { ...options, headers: cookie ? { cookie } : {} } );
		response.headers.getSetCookie().forEach( ( line ) => this.store( line ) );
		return response.text();
	}

	// store keeps one Set-Cookie line, or forgets the cookie it has expired.
	store( line ) {
		const [ pair, ...attributes ] = line.split( ';' );
		const equals = pair.indexOf( '=' );
		const name = pair.slice( 0, equals ).trim();
		if ( attributes.some( expired ) ) {
			this.cookies.delete( name );
		} else {
			this.cookies.set( name, pair.slice( equals + 1 ).trim() );
		}
	}
}

function expired( attribute ) {
	const [ name, value ] = attribute.trim().split( '=' );
	switch ( name.toLowerCase() ) {
		case 'expires':
			return Date.parse( value ) < Date.now();
		case 'max-age':
			return Number( value ) <= 0;
		default:
			return false;
	}
}

module.exports = { Session };
