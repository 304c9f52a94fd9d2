<?php
// Log in with a bot password and print the raw answer.

require __DIR__ . '/wiki.php';

$wiki = new Wiki();

$tokens = json_decode( $wiki->get( [
	'action' => 'query',
	'meta' => 'tokens',
	'type' => 'login',
	'format' => 'json',
] ), true );

echo $wiki->post( [
	'action' => 'login',
	'lgname' => getenv( 'WIKIGATE_LOGIN' ),
	'lgpassword' => getenv( 'WIKIGATE_PASSWORD' ),
	'lgtoken' => $tokens['query']['tokens']['logintoken'],
	'format' => 'json',
] );
