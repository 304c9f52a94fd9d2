// Drives mediawiki-bot, which logs in by clientlogin with the account's own
// password. Its login resolves to the answer's text, whatever it says, and
// prints it, so that goes to the other stream. The rest goes through its get
// and post, which share its cookies.
import assert from 'node:assert/strict';
import { Bot } from 'mediawiki-bot';
import { account, accountPassword, api, checkAnonymous, checkToken, refusal, run } from './steps.mjs';

function newBot( secret ) {
	return new Bot( account, secret, api, true, false );
}

async function login( bot ) {
	const print = console.log;
	console.log = console.error;
	try {
		return JSON.parse( await bot.login() ).clientlogin;
	} finally {
		console.log = print;
	}
}

async function query( params ) {
	return JSON.parse( await bot.get( { url: api, qs: { action: 'query', format: 'json', ...params } } ) );
}

let bot = newBot( accountPassword );
let token;

await run( {
	'log in': async () => {
		assert.deepEqual( await login( bot ), { status: 'PASS', username: account } );
	},
	'who am I': async () => {
		assert.equal( ( await query( { meta: 'userinfo' } ) ).query.userinfo.name, account );
	},
	'csrf token': async () => {
		token = await bot.getToken( 'csrf' );
		checkToken( token );
	},
	'assert=user': async () => {
		assert.equal( ( await query( { assert: 'user' } ) ).error, undefined );
	},
	'no bot': async () => {
		const error = await refusal( async () => {
			const { error } = await query( { assert: 'bot' } );
			throw error;
		} );
		assert.equal( error.code, 'assertbotfailed' );
	},
	'log out': async () => {
		assert.deepEqual( JSON.parse( await bot.post( { url: api, form: { action: 'logout', token, format: 'json' } } ) ), {} );
	},
	'anonymous afterwards': async () => {
		checkAnonymous( ( await query( { meta: 'userinfo' } ) ).query.userinfo );
	},
	'wrong password': async () => {
		bot = newBot( 'wrong-' + accountPassword );
		const reply = await login( bot );
		assert.equal( reply.status, 'FAIL' );
		assert.equal( reply.messagecode, 'wrongpassword' );
		assert.ok( reply.message );
		checkAnonymous( ( await query( { meta: 'userinfo' } ) ).query.userinfo );
	}
} );
