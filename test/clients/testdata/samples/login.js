// Log in with a bot password and print the raw answer.
'use strict';

const { Session } = require( './session.js' );

async function main() {
	const session = new Session();
	const reply = JSON.parse( await session.get( {
		action: 'query',
		meta: 'tokens',
		type: 'login',
		format: 'json'
	} ) );
	console.log( await session.post( {
		action: 'login',
		lgname: process.env.WIKIGATE_LOGIN,
		lgpassword: process.env.WIKIGATE_PASSWORD,
		lgtoken: reply.query.tokens.logintoken,
		format: 'json'
	} ) );
}

main();
