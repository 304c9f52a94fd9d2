// Log out the way mw.Api does, with a csrf token it fetches itself, and print
// the answer. In a browser somebody is logged in already; here it comes first.
'use strict';

const { Api } = require( './mwapi.js' );

async function main() {
	const api = new Api();
	await api.login( process.env.WIKIGATE_LOGIN, process.env.WIKIGATE_PASSWORD );
	console.log( JSON.stringify( await api.postWithToken( 'csrf', { action: 'logout', format: 'json' } ) ) );
}

main();
