// Ask for a login token and print it.
'use strict';

const { Session } = require( './session.js' );

async function main() {
	const reply = JSON.parse( await new Session().get( {
		action: 'query',
		meta: 'tokens',
		type: 'login',
		format: 'json'
	} ) );
	console.log( reply.query.tokens.logintoken );
}

main();
