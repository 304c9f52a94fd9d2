// Drives the part of wdio-mediawiki that needs no browser. It sends every
// request as POST and keeps all cookies, deleted ones too. It logs in with
// the account's own password as well and has no logout of its own.
import assert from 'node:assert/strict';
import { createApiClient } from 'wdio-mediawiki/Api.js';
import { account, accountPassword, api, checkAnonymous, checkToken, login, password, refusal, run, wrongPassword } from './steps.mjs';

const baseUrl = api.replace( /\/api\.php$/, '' );

console.error = () => {}; // it reports there the refusals asked for here

function logIn( username, secret ) {
	return createApiClient( { baseUrl, username, password: secret } );
}

async function userinfo( client ) {
	return ( await client.request( { action: 'query', meta: 'userinfo' } ) ).query.userinfo;
}

async function logOut( client ) {
	assert.deepEqual( await client.request( { action: 'logout', token: await client.getEditToken() } ), {} );
	checkAnonymous( await userinfo( client ) );
}

let client;

await run( {
	'log in': async () => {
		client = await logIn( login, password );
	},
	'who am I': async () => {
		assert.equal( ( await userinfo( client ) ).name, account );
	},
	'csrf token': async () => {
		checkToken( await client.getEditToken() );
	},
	'assert=user': async () => {
		const reply = await client.request( { action: 'query', assert: 'user' } );
		assert.equal( reply.error, undefined );
	},
	'wrong password': async () => {
		const error = await refusal( () => logIn( login, wrongPassword ) );
		assert.equal( error.message, 'Could not login: Failed' );
	},
	'log out': () => logOut( client ),
	'anonymous afterwards': async () => {
		checkAnonymous( await userinfo( client ) );
	},
	'assert=user refused': async () => {
		const reply = await client.request( { action: 'query', assert: 'user' } );
		assert.equal( reply.error.code, 'assertuserfailed' );
	},
	'log in and out with the main password': async () => {
		const other = await logIn( account, accountPassword );
		assert.equal( ( await userinfo( other ) ).name, account );
		await logOut( other );
	}
} );
