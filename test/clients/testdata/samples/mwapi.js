// The calls of MediaWiki's own browser library (mw.Api) that the documents
// use, with the requests it sends: every value in the request, format=json,
// and a login that begins without a token.
'use strict';

const { Session } = require( './session.js' );

class Api {
	constructor() {
		this.session = new Session();
	}

	async get( params ) {
		return checked( await this.session.get( { action: 'query', format: 'json', ...params } ) );
	}

	async post( fields ) {
		return checked( await this.session.post( { action: 'query', format: 'json', ...fields } ) );
	}

	// login sends name and password alone, is told that a token is needed and
	// what it is, and sends all three.
	async login( name, password ) {
		const fields = { action: 'login', lgname: name, lgpassword: password };
		const first = await this.post( fields );
		if ( first.login.result !== 'NeedToken' ) {
			throw new Error( `expected NeedToken, got ${ JSON.stringify( first ) }` );
		}
		const second = await this.post( { ...fields, lgtoken: first.login.token } );
		if ( second.login.result !== 'Success' ) {
			throw new Error( `expected Success, got ${ JSON.stringify( second ) }` );
		}
		return second;
	}

	async getToken( type ) {
		const reply = await this.get( { meta: 'tokens', type } );
		return reply.query.tokens[ `${ type }token` ];
	}

	async postWithToken( type, fields ) {
		return this.post( { ...fields, token: await this.getToken( type ) } );
	}
}

function checked( body ) {
	const reply = JSON.parse( body );
	if ( reply.error ) {
		throw new Error( `${ reply.error.code }: ${ reply.error.info }` );
	}
	return reply;
}

module.exports = { Api };
