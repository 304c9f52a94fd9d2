// Drives Wikimedia's api-testing, whose clients are agents of supertest: any
// HTTP status from 400 on and any unexpected error fails an assertion. It
// logs in with the account's own password as well. It has no logout of its
// own, so that request goes through its action.
import assert from 'node:assert/strict';
import apiTesting from 'api-testing';
import { account, accountPassword, api, checkAnonymous, checkToken, login, password, refusal, run, wrongPassword } from './steps.mjs';

const { clientFactory, config } = apiTesting;

config.replace( { base_uri: api.replace( /api\.php$/, '' ) } );

async function logOut( client ) {
	const token = await client.token();
	assert.deepEqual( await client.action( 'logout', { token }, 'POST' ), {} );
	checkAnonymous( await client.meta( 'userinfo', {} ) );
}

const client = clientFactory.getActionClient();

await run( {
	'anonymous before': async () => {
		checkAnonymous( await client.meta( 'userinfo', {} ) );
		assert.equal( await clientFactory.getActionClient().token(), '+\\' );
	},
	'log in': async () => {
		const reply = await client.login( login, password );
		assert.equal( reply.lgusername, account );
		assert.ok( client.userid > 0 );
	},
	'who am I': async () => {
		const userinfo = await client.meta( 'userinfo', { uiprop: 'rights|groups|options|hasmsg' } );
		assert.equal( userinfo.name, account );
		assert.ok( userinfo.rights.includes( 'read' ) && userinfo.groups.includes( 'user' ) );
	},
	'csrf token': async () => {
		checkToken( await client.token() );
	},
	'tokens in one list': async () => {
		const tokens = await client.loadTokens( [ 'createaccount', 'userrights', 'csrf' ] );
		Object.values( tokens ).forEach( checkToken );
	},
	'assert=user': () => client.action( 'query', { assert: 'user' } ),
	'list of users': async () => {
		const users = await client.list( 'allusers', { aufrom: account, aulimit: 1 } );
		assert.equal( users[ 0 ].name, account );
		assert.equal( users[ 0 ].userid, client.userid );
	},
	'wrong password': async () => {
		const error = await refusal( () => clientFactory.getActionClient().login( login, wrongPassword ) );
		assert.equal( error.name, 'AssertionError' );
		assert.equal( error.actual, 'Failed' );
		assert.match( error.message, new RegExp( `^Login for "${ login }": ` ) );
	},
	'log out': () => logOut( client ),
	'anonymous afterwards': async () => {
		checkAnonymous( await client.meta( 'userinfo', {} ) );
	},
	'assert=user refused': async () => {
		const error = await client.actionError( 'query', { assert: 'user' } );
		assert.equal( error.code, 'assertuserfailed' );
	},
	'log in and out with the main password': async () => {
		const other = await clientFactory.getActionClient().account( account, accountPassword );
		assert.equal( ( await other.meta( 'userinfo', {} ) ).name, account );
		await logOut( other );
	}
} );
