// Log in with a bot password and print the raw answer.
'use strict';

const wiki = require( './wiki.js' );

async function main() {
	const reply = JSON.parse( await wiki.get( {
		action: 'query',
		meta: 'tokens',
		type: 'login',
		format: 'json'
	} ) );
	console.log( await wiki.post( {
		action: 'login',
		lgname: process.env.WIKIGATE_LOGIN,
		lgpassword: process.env.WIKIGATE_PASSWORD,
		lgtoken: reply.query.tokens.logintoken,
		format: 'json'
	} ) );
}

main();
