// Drives mwbot. It sends every request as POST, logs in in two steps and has
// no logout of its own.
import assert from 'node:assert/strict';
import MWBot from 'mwbot';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, wrongPassword } from './steps.mjs';

function newBot() {
	return new MWBot( { apiUrl: api, silent: true } );
}

const bot = newBot();

await run( {
	'log in': async () => {
		const state = await bot.login( { username: login, password } );
		assert.equal( state.lgusername, account );
	},
	'site information': () => {
		assert.ok( bot.mwversion.major >= 1 );
	},
	'who am I': async () => {
		const reply = await bot.request( { action: 'query', meta: 'userinfo' } );
		assert.equal( reply.query.userinfo.name, account );
	},
	'csrf token': async () => {
		checkToken( ( await bot.getEditToken() ).csrftoken );
	},
	'assert=user': async () => {
		await bot.request( { action: 'query', assert: 'user' } );
	},
	'wrong password': async () => {
		const error = await refusal( () => newBot().login( { username: login, password: wrongPassword } ) );
		assert.equal( error.message, 'Could not login: Failed' );
	},
	'log out': async () => {
		assert.deepEqual( await bot.request( { action: 'logout', token: bot.editToken } ), {} );
	},
	'anonymous afterwards': async () => {
		const reply = await bot.request( { action: 'query', meta: 'userinfo' } );
		checkAnonymous( reply.query.userinfo );
	},
	'assert=user refused': async () => {
		const error = await refusal( () => bot.request( { action: 'query', assert: 'user' } ) );
		assert.match( error.message, /^assertuserfailed/ );
	}
} );
