// Drives wiki-saikou. It sends the action of a POST in URL and body and finds
// several cookies by cutting at commas. It has no logout of its own, so that
// request goes through its postWithToken, which throws the answers of errors.
import assert from 'node:assert/strict';
import { MediaWikiApi, WikiSaikouError, WikiSaikouErrorCode } from 'wiki-saikou';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, wrongPassword } from './steps.mjs';

const wiki = new MediaWikiApi( api );

await run( {
	'log in': async () => {
		const reply = await wiki.login( login, password );
		assert.equal( reply.lgusername, account );
	},
	'who am I': async () => {
		const userinfo = await wiki.getUserInfo();
		assert.equal( userinfo.name, account );
		assert.ok( userinfo.rights.includes( 'read' ) );
	},
	'csrf token': async () => {
		checkToken( await wiki.token( 'csrf' ) );
	},
	'assert=user': async () => {
		const { data } = await wiki.get( { assert: 'user' } );
		assert.equal( data.errors, undefined );
	},
	'wrong password': async () => {
		const error = await refusal( () => new MediaWikiApi( api ).login( login, wrongPassword ) );
		assert.ok( error instanceof WikiSaikouError );
		assert.equal( error.code, WikiSaikouErrorCode.LOGIN_FAILED );
		assert.equal( error.cause.login.result, 'Failed' );
		assert.equal( error.message, error.cause.login.reason.text );
	},
	'log out': async () => {
		const { data } = await wiki.postWithToken( 'csrf', { action: 'logout' } );
		assert.deepEqual( data, {} );
	},
	'anonymous afterwards': async () => {
		checkAnonymous( await wiki.getUserInfo() );
	},
	'assert=user refused': async () => {
		const { data } = await wiki.get( { assert: 'user' } );
		assert.equal( data.errors[ 0 ].code, 'assertuserfailed' );
	}
} );
