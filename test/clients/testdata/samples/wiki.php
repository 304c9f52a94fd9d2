<?php
// One API call of the PHP samples. As in the documented programs every call
// opens a handle of its own and the cookies travel from one call to the next
// in a cookie file of curl, read at the start and written at the end.

final class Wiki {
	private string $api;
	private string $cookieFile;

	public function __construct() {
		$this->api = getenv( 'WIKIGATE_API' );
		$this->cookieFile = tempnam( sys_get_temp_dir(), 'wikigate-cookies-' );
	}

	public function __destruct() {
		unlink( $this->cookieFile );
	}

	public function get( array $params ): string {
		return $this->call( $this->api . '?' . http_build_query( $params ), [] );
	}

	public function post( array $fields ): string {
		return $this->call( $this->api, [
			CURLOPT_POST => true,
			CURLOPT_POSTFIELDS => http_build_query( $fields ),
		] );
	}

	private function call( string $url, array $options ): string {
		$curl = curl_init( $url );
		curl_setopt_array( $curl, $options + [
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_COOKIEFILE => $this->cookieFile,
			CURLOPT_COOKIEJAR => $this->cookieFile,
		] );
		$body = curl_exec( $curl );
		if ( $body === false ) {
			throw new RuntimeException( curl_error( $curl ) );
		}
		unset( $curl ); // writes the cookie file
		return $body;
	}
}
