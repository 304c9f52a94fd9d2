// Drives mw.js. It posts forms as multipart and forgets its cookies and not
// its csrf token when it logs out, so the last step brings the old cookies
// back: they must be worth nothing.
import assert from 'node:assert/strict';
import { Bot, MediaWikiError, RequestManager, Wiki } from 'mw.js';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, userAgent, wrongPassword } from './steps.mjs';

const headers = { 'user-agent': userAgent };

function newBot( secret ) {
	const wiki = new Wiki( { api, request: new RequestManager( { headers } ) } );
	return new Bot( { username: login, password: secret, wiki } );
}

const bot = newBot( password );
let cookiesBefore;

await run( {
	'log in': () => bot.login(),
	'site information': async () => {
		await bot.wiki.load();
		assert.ok( bot.wiki.sitename );
	},
	'who am I': async () => {
		assert.equal( ( await bot.whoAmI() ).query.userinfo.name, account );
		assert.ok( await bot.isLoggedIn() );
	},
	'csrf token': async () => {
		checkToken( await bot.getCSRFToken() );
	},
	'assert=user': () => bot.wiki.get( { action: 'query', assert: 'user' } ),
	'wrong password': async () => {
		const error = await refusal( () => newBot( wrongPassword ).login() );
		assert.ok( error instanceof MediaWikiError );
		assert.match( error.message, /result = Failed/ );
	},
	'log out': async () => {
		cookiesBefore = bot.wiki.request.jar.get( api );
		await bot.logout();
	},
	'anonymous afterwards': async () => {
		checkAnonymous( ( await bot.whoAmI() ).query.userinfo );
		assert.ok( !await bot.isLoggedIn() );
	},
	'assert=user refused': async () => {
		const error = await refusal( () => bot.wiki.get( { action: 'query', assert: 'user' } ) );
		assert.match( error.message, /code = assertuserfailed/ );
	},
	'old cookies are worthless': async () => {
		assert.notEqual( cookiesBefore, '' );
		const reply = await fetch( `${ api }?action=query&meta=userinfo&format=json`, { headers: { cookie: cookiesBefore } } );
		checkAnonymous( ( await reply.json() ).query.userinfo );
	}
} );
