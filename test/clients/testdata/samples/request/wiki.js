// The npm package "request", which the documents still use, with a cookie jar
// of its own; each call resolves to the body.
'use strict';

const request = require( 'request' ).defaults( { jar: true } );

const url = process.env.WIKIGATE_API;

function send( method, options ) {
	return new Promise( ( resolve, reject ) => {
		request( { method, url, ...options }, ( error, response, body ) => {
			if ( error ) {
				reject( error );
			} else {
				resolve( body );
			}
		} );
	} );
}

module.exports = {
	get: ( params ) => send( 'GET', { qs: params } ),
	post: ( fields ) => send( 'POST', { form: fields } )
};
