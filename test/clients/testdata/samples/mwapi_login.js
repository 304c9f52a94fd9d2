// Log in the way mw.Api does, in two steps, and print whom the server knows.
'use strict';

const { Api } = require( './mwapi.js' );

async function main() {
	const reply = await new Api().login( process.env.WIKIGATE_LOGIN, process.env.WIKIGATE_PASSWORD );
	console.log( `You are logged in as ${ reply.login.lgusername }` );
}

main();
