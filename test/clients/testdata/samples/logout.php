<?php
// Log in, fetch a csrf token, log out with it and print the raw answer.

require __DIR__ . '/wiki.php';

$wiki = new Wiki();

$login = json_decode( $wiki->get( [
	'action' => 'query',
	'meta' => 'tokens',
	'type' => 'login',
	'format' => 'json',
] ), true );

$wiki->post( [
	'action' => 'login',
	'lgname' => getenv( 'WIKIGATE_LOGIN' ),
	'lgpassword' => getenv( 'WIKIGATE_PASSWORD' ),
	'lgtoken' => $login['query']['tokens']['logintoken'],
	'format' => 'json',
] );

$csrf = json_decode( $wiki->get( [
	'action' => 'query',
	'meta' => 'tokens',
	'format' => 'json',
] ), true );

echo $wiki->post( [
	'action' => 'logout',
	'token' => $csrf['query']['tokens']['csrftoken'],
	'format' => 'json',
] );
