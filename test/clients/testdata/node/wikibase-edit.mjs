// Drives wikibase-edit as far as it goes without Wikibase: its login, its
// session cookies (it insists on a session identifier of 32 word characters)
// and its csrf token. Who is known by them is asked with plain fetch.
import assert from 'node:assert/strict';
import WBEdit from 'wikibase-edit';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, userAgent, wrongPassword } from './steps.mjs';

const address = new URL( api );

function authenticate( secret ) {
	return WBEdit( {
		instance: address.origin,
		wgScriptPath: address.pathname.replace( /\/api\.php$/, '' ),
		credentials: { username: login, password: secret },
		userAgent
	} ).getAuthData()();
}

async function query( params ) {
	const url = `${ api }?${ new URLSearchParams( { action: 'query', format: 'json', ...params } ) }`;
	return ( await fetch( url, { headers: { cookie: session.cookie } } ) ).json();
}

let session;

await run( {
	'log in': async () => {
		session = await authenticate( password );
	},
	'who am I': async () => {
		assert.equal( ( await query( { meta: 'userinfo' } ) ).query.userinfo.name, account );
	},
	'csrf token': () => {
		checkToken( session.token );
	},
	'assert=user': async () => {
		assert.equal( ( await query( { assert: 'user' } ) ).error, undefined );
	},
	'wrong password': async () => {
		const error = await refusal( () => authenticate( wrongPassword ) );
		assert.equal( error.message, 'failed to login: invalid username/password' );
	},
	'log out': async () => {
		const reply = await fetch( api, {
			method: 'POST',
			headers: { cookie: session.cookie },
			body: new URLSearchParams( { action: 'logout', token: session.token, format: 'json' } )
		} );
		assert.deepEqual( await reply.json(), {} );
	},
	'anonymous afterwards': async () => {
		checkAnonymous( ( await query( { meta: 'userinfo' } ) ).query.userinfo );
	}
} );
