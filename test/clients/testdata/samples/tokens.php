<?php
// Ask for a login token and print it.

$query = http_build_query( [
	'action' => 'query',
	'meta' => 'tokens',
	'type' => 'login',
	'format' => 'json',
] );
$curl = curl_init( getenv( 'WIKIGATE_API' ) . '?' . $query );
curl_setopt( $curl, CURLOPT_RETURNTRANSFER, true );
$reply = json_decode( curl_exec( $curl ), true );

echo $reply['query']['tokens']['logintoken'], "\n";
