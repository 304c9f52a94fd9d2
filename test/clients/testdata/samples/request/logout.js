// Log in, fetch a csrf token, log out with it and print the raw answer.
'use strict';

const wiki = require( './wiki.js' );

async function main() {
	const login = JSON.parse( await wiki.get( {
		action: 'query',
		meta: 'tokens',
		type: 'login',
		format: 'json'
	} ) );
	await wiki.post( {
		action: 'login',
		lgname: process.env.WIKIGATE_LOGIN,
		lgpassword: process.env.WIKIGATE_PASSWORD,
		lgtoken: login.query.tokens.logintoken,
		format: 'json'
	} );
	const csrf = JSON.parse( await wiki.get( {
		action: 'query',
		meta: 'tokens',
		format: 'json'
	} ) );
	console.log( await wiki.post( {
		action: 'logout',
		token: csrf.query.tokens.csrftoken,
		format: 'json'
	} ) );
}

main();
