// What every driver here does, apart from the library it drives: the address
// and credentials to use, and one line per step. A driver gives run() its
// steps in order; the first that throws ends the process with a line saying so.
import assert from 'node:assert/strict';

export const api = process.env.WIKIGATE_API;
export const login = process.env.WIKIGATE_LOGIN;
export const password = process.env.WIKIGATE_PASSWORD;
export const account = login.split( '@' )[ 0 ];
export const accountPassword = process.env.WIKIGATE_ACCOUNT_PASSWORD;
// An account with a second factor and a code that is right, if there is one.
export const second = process.env.WIKIGATE_SECOND_LOGIN && {
	login: process.env.WIKIGATE_SECOND_LOGIN,
	password: process.env.WIKIGATE_SECOND_PASSWORD,
	code: process.env.WIKIGATE_SECOND_CODE
};
export const wrongPassword = 'wrong' + password.slice( 5 );
export const userAgent = 'wikigate-client-tests';

export async function run( steps ) {
	for ( const [ name, step ] of Object.entries( steps ) ) {
		try {
			await step();
		} catch ( error ) {
			console.log( `FAILED ${ name }: ${ error?.message ?? error }` );
			process.exit( 1 );
		}
		console.log( `ok ${ name }` );
	}
}

// checkToken throws unless the token is that of somebody with a session.
export function checkToken( token ) {
	assert.equal( token.length, 42, `token ${ token } is not 42 characters long` );
	assert.ok( token.endsWith( '+\\' ), `token ${ token } does not end with +\\` );
}

// checkAnonymous accepts both format versions: anon is "" in one, true in the other.
export function checkAnonymous( userinfo ) {
	assert.ok( userinfo.anon === '' || userinfo.anon === true, `still known as ${ userinfo.name }` );
	assert.equal( userinfo.id, 0 );
}

// refusal resolves to the error the call fails with and throws if it does not.
export async function refusal( call ) {
	try {
		await call();
	} catch ( error ) {
		return error;
	}
	throw new Error( 'was accepted, expected an error' );
}
