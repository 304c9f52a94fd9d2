// Ask for a csrf token the way mw.Api does and print it.
'use strict';

const { Api } = require( './mwapi.js' );

async function main() {
	const reply = await new Api().get( { action: 'query', meta: 'tokens', type: 'csrf', format: 'json' } );
	console.log( reply.query.tokens.csrftoken );
}

main();
