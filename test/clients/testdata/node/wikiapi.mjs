// Drives wikiapi. It asks who is logged in before it logs in, reads what
// values meta=siteinfo has from action=paraminfo and then asks for all of
// them. It has no logout of its own, so that request goes through its query,
// which hands errors over as answers.
import assert from 'node:assert/strict';
import Wikiapi from 'wikiapi';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, wrongPassword } from './steps.mjs';

console.info = console.error; // it reports there what it learns; stdout is for the steps

const wiki = new Wikiapi( api );
let token;

async function userinfo() {
	return ( await wiki.query( { action: 'query', meta: 'userinfo' } ) ).query.userinfo;
}

await run( {
	'log in': async () => {
		assert.equal( await wiki.login( login, password ), account );
	},
	'site information': () => {
		assert.equal( wiki.to_namespace( 'x', 'User talk' ), 'User talk:X' );
	},
	'who am I': async () => {
		assert.equal( ( await userinfo() ).name, account );
	},
	'csrf token': async () => {
		token = ( await wiki.query( { action: 'query', meta: 'tokens' } ) ).query.tokens.csrftoken;
		checkToken( token );
	},
	'assert=user': async () => {
		const reply = await wiki.query( { action: 'query', assert: 'user' } );
		assert.equal( reply.error, undefined );
	},
	'wrong password': async () => {
		const answer = await refusal( () => new Wikiapi( api ).login( login, wrongPassword ) );
		assert.equal( answer.result, 'Failed' );
		assert.ok( answer.reason );
	},
	'log out': async () => {
		assert.deepEqual( await wiki.query( { action: 'logout', token } ), {} );
	},
	'anonymous afterwards': async () => {
		checkAnonymous( await userinfo() );
	},
	'assert=user refused': async () => {
		const reply = await wiki.query( { action: 'query', assert: 'user' } );
		assert.equal( reply.error.code, 'assertuserfailed' );
	}
} );
