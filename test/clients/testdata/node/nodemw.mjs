// Drives nodemw. It logs in in two steps, the first without a token, and has
// no logout of its own, so that request goes through its generic call.
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import NodeMW from 'nodemw';
import { account, api, checkAnonymous, checkToken, login, password, refusal, run, userAgent, wrongPassword } from './steps.mjs';

function newBot() {
	const address = new URL( api );
	const bot = new NodeMW( {
		protocol: address.protocol.replace( ':', '' ),
		server: address.hostname,
		port: address.port,
		path: address.pathname.replace( /\/api\.php$/, '' ),
		userAgent
	} );
	bot.api.logger.silent = true; // it reports on stdout the refusals asked for here
	return {
		logIn: promisify( bot.logIn.bind( bot ) ),
		whoami: promisify( bot.whoami.bind( bot ) ),
		getSiteInfo: promisify( bot.getSiteInfo.bind( bot ) ),
		getToken: promisify( bot.getToken.bind( bot ) ),
		call: ( params, method ) => new Promise( ( resolve, reject ) => {
			bot.api.call( params, ( error, info, next, raw ) => error ? reject( error ) : resolve( raw ), method );
		} )
	};
}

const bot = newBot();
let token;

await run( {
	'log in': async () => {
		assert.equal( ( await bot.logIn( login, password ) ).lgusername, account );
	},
	'site information': async () => {
		const info = await bot.getSiteInfo( [ 'general' ] );
		assert.match( info.general.generator, /^MediaWiki \d/ );
	},
	'who am I': async () => {
		assert.equal( ( await bot.whoami() ).name, account );
	},
	'csrf token': async () => {
		token = await bot.getToken( 'Any page', 'edit' );
		checkToken( token );
	},
	'assert=user': async () => {
		const reply = await bot.call( { action: 'query', assert: 'user' } );
		assert.equal( reply.error, undefined );
	},
	'wrong password': async () => {
		const error = await refusal( () => newBot().logIn( login, wrongPassword ) );
		assert.match( error.message, /^Logging in failed: Failed - / );
	},
	'log out': async () => {
		assert.deepEqual( await bot.call( { action: 'logout', token }, 'POST' ), {} );
	},
	'anonymous afterwards': async () => {
		const reply = await bot.call( { action: 'query', meta: 'userinfo' } );
		checkAnonymous( reply.query.userinfo );
	}
} );
