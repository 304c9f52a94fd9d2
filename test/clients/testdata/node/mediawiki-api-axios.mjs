// Drives mediawiki-api-axios, which logs in by clientlogin with the account's
// own password. It keeps of a cookie what stands before its second "=", and
// deletes none, so that it goes on sending those that the server has deleted.
import assert from 'node:assert/strict';
import { MediaWikiApi } from 'mediawiki-api-axios';
import { account, accountPassword, api, checkAnonymous, checkToken, run, second } from './steps.mjs';

const wiki = new MediaWikiApi( api );

// answer sends the second step, with the token that is now right.
function answer( client, fields ) {
	return client.postWithToken( 'login', { action: 'clientlogin', logincontinue: true, ...fields }, { tokenName: 'logintoken', noCache: true } );
}

await run( {
	'log in': async () => {
		assert.deepEqual( await wiki.login( account, accountPassword, { rememberMe: true } ), { status: 'PASS', username: account } );
	},
	'who am I': async () => {
		const userinfo = await wiki.getUserInfo();
		assert.equal( userinfo.name, account );
		assert.ok( userinfo.groups.includes( 'user' ) );
	},
	'csrf token': async () => {
		checkToken( await wiki.token( 'csrf' ) );
	},
	'assert=user': async () => {
		const { data } = await wiki.get( { assert: 'user' } );
		assert.equal( data.errors, undefined );
	},
	'wrong password': async () => {
		const reply = await new MediaWikiApi( api ).login( account, 'wrong-' + accountPassword );
		assert.equal( reply.status, 'FAIL' );
		assert.equal( reply.messagecode, 'wrongpassword' );
		assert.ok( reply.message );
		assert.equal( reply.canpreservestate, false );
	},
	...second && { 'second factor': async () => {
		const client = new MediaWikiApi( api );
		const begun = await client.login( second.login, second.password );
		assert.equal( begun.status, 'UI' );
		assert.equal( begun.messagecode, 'oathauth-auth-ui' );
		assert.equal( begun.requests[ 0 ].account, second.login );
		const [ field ] = Object.keys( begun.requests[ 0 ].fields );
		checkAnonymous( await client.getUserInfo() );
		const wrong = ( await answer( client, { [ field ]: '000000' } ) ).data.clientlogin;
		assert.equal( wrong.messagecode, 'oathauth-login-failed' );
		assert.deepEqual( wrong.requests, begun.requests );
		const right = ( await answer( client, { [ field ]: second.code } ) ).data.clientlogin;
		assert.deepEqual( right, { status: 'PASS', username: second.login } );
		assert.equal( ( await client.getUserInfo() ).name, second.login );
	} },
	'log out': async () => {
		const { data } = await wiki.postWithToken( 'csrf', { action: 'logout' } );
		assert.deepEqual( data, {} );
	},
	'anonymous afterwards': async () => {
		checkAnonymous( await wiki.getUserInfo() );
	}
} );
