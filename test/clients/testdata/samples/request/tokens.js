// Ask for a login token and print it.
'use strict';

const wiki = require( './wiki.js' );

async function main() {
	const reply = JSON.parse( await wiki.get( {
		action: 'query',
		meta: 'tokens',
		type: 'login',
		format: 'json'
	} ) );
	console.log( reply.query.tokens.logintoken );
}

main();
