// Drives mwn. It empties its own cookie jar when it logs out, so the last step
// brings the old cookies back: they must be worth nothing.
import assert from 'node:assert/strict';
import { Mwn, MwnError } from 'mwn';
import { CookieJar } from 'tough-cookie';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, userAgent, wrongPassword } from './steps.mjs';

function newBot( secret ) {
	return new Mwn( { apiUrl: api, username: login, password: secret, userAgent, silent: true, maxRetries: 0 } );
}

const bot = newBot( password );
let cookiesBefore;

await run( {
	'log in': async () => {
		const reply = await bot.login();
		assert.equal( reply.lgusername, account );
	},
	'site information': async () => {
		await bot.getSiteInfo();
		assert.equal( new bot.Title( 'talk:x' ).getPrefixedText(), 'Talk:X' );
	},
	'who am I': async () => {
		assert.equal( ( await bot.userinfo() ).name, account );
	},
	'csrf token': async () => {
		checkToken( await bot.getCsrfToken() );
	},
	'assert=user': async () => {
		assert.ok( ( await bot.query( { assert: 'user' } ) ).batchcomplete );
	},
	'wrong password': async () => {
		const error = await refusal( () => newBot( wrongPassword ).login() );
		assert.ok( error instanceof MwnError );
		assert.equal( error.code, 'mwn_failedlogin' );
		assert.match( error.info, /^Failed: / );
	},
	'log out': async () => {
		cookiesBefore = bot.cookieJar.toJSON();
		await bot.logout();
	},
	'anonymous afterwards': async () => {
		checkAnonymous( await bot.userinfo() );
	},
	'assert=user refused': async () => {
		const error = await refusal( () => bot.query( { assert: 'user' } ) );
		assert.equal( error.code, 'assertuserfailed' );
	},
	'old cookies are worthless': async () => {
		const cookies = CookieJar.fromJSON( cookiesBefore ).getCookieStringSync( api );
		assert.notEqual( cookies, '' );
		const reply = await fetch( `${ api }?action=query&meta=userinfo&format=json`, { headers: { cookie: cookies } } );
		checkAnonymous( ( await reply.json() ).query.userinfo );
	}
} );
