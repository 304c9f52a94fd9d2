// Drives m3api, which hands answers over as they are: a refused login is an
// answer there, an API error is its own ApiErrors. It fetches tokens itself.
import assert from 'node:assert/strict';
import Session, { ApiErrors } from 'm3api';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, userAgent, wrongPassword } from './steps.mjs';

function newSession() {
	return new Session( api, { formatversion: 2, errorformat: 'plaintext' }, { userAgent, maxRetriesSeconds: 0 } );
}

async function logIn( session, secret ) {
	const reply = await session.request(
		{ action: 'login', lgname: login, lgpassword: secret },
		{ method: 'POST', tokenType: 'login', tokenName: 'lgtoken' }
	);
	session.tokens.clear();
	return reply.login;
}

async function userinfo( session ) {
	return ( await session.request( { action: 'query', meta: 'userinfo' } ) ).query.userinfo;
}

const session = newSession();

await run( {
	'log in': async () => {
		const reply = await logIn( session, password );
		assert.equal( reply.result, 'Success' );
		assert.equal( reply.lgusername, account );
	},
	'who am I': async () => {
		assert.equal( ( await userinfo( session ) ).name, account );
	},
	'csrf token': async () => {
		checkToken( await session.getToken( 'csrf' ) );
	},
	'assert=user': async () => {
		await session.request( { action: 'query', assert: 'user' } );
	},
	'wrong password': async () => {
		const reply = await logIn( newSession(), wrongPassword );
		assert.equal( reply.result, 'Failed' );
		assert.ok( reply.reason );
	},
	'log out': async () => {
		await session.request( { action: 'logout' }, { method: 'POST', tokenType: 'csrf' } );
	},
	'anonymous afterwards': async () => {
		checkAnonymous( await userinfo( session ) );
	},
	'assert=user refused': async () => {
		const error = await refusal( () => session.request( { action: 'query', assert: 'user' } ) );
		assert.ok( error instanceof ApiErrors );
		assert.equal( error.message, 'assertuserfailed' );
	}
} );
