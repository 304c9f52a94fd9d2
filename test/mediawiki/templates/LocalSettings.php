<?php
// The settings of the wiki that wikigate is compared with.
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}
require_once "$IP/includes/PlatformSettings.php"; // Debian's own

// A request may ask for another setting with a header, X-Wiki-Variant: a,b.
// The wiki is for tests on loopback: nobody else could send it one.
$asked = explode( ',', $_SERVER['HTTP_X_WIKI_VARIANT'] ?? '' );
$variant = static fn ( string ...$names ) => (bool)array_intersect( $names, $asked );

// Where it is and what it is called.
$wgServer = 'http://127.0.0.1:@PORT@';
$wgScriptPath = '/w';
$wgArticlePath = '/wiki/$1';
$wgSitename = 'RefWiki';
$wgCookiePrefix = 'refwiki';
$wgOverrideHostname = 'mw1';
$wgShowHostnames = $variant( 'hostnames' );
$wgCdnServersNoPurge = [ '127.0.0.1' ];
$wgCrossSiteAJAXdomains = [ 'trusted.test', '*.trusted.test' ];
$wgCrossSiteAJAXdomainExceptions = [ 'bad.trusted.test' ];

// What it keeps: the database what lasts, the memory of php-fpm the rest.
$wgDBtype = 'mysql';
$wgDBserver = 'localhost:@ROOT@/mariadb/server.sock';
$wgDBname = 'refwiki';
$wgDBuser = 'wiki';
$wgDBpassword = 'throw-away';
$wgDBTableOptions = 'ENGINE=InnoDB, DEFAULT CHARSET=binary';
$wgMainCacheType = CACHE_ACCEL;
$wgMessageCacheType = CACHE_ACCEL;
$wgParserCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_ACCEL;
$wgLanguageConverterCacheType = CACHE_ACCEL;
$wgMainStash = CACHE_ACCEL;
$wgCacheDirectory = '@ROOT@/cache';
// A variant loads other texts; without the last of these lines each change
// between variants would build the cache anew.
$wgLocalisationCacheConf['store'] = 'array';
$wgLocalisationCacheConf['storeDirectory'] = '@ROOT@/cache/texts';
$wgLocalisationCacheConf['manualRecache'] = true;
$wgInvalidateCacheOnLocalSettingsChange = false;
$wgMiserMode = true;
$wgJobRunRate = 0;
$wgPingback = false;
$wgReadOnly = $variant( 'readonly' ) ? 'Under maintenance for the recording.' : null;

// Throw-away secrets.
$wgSecretKey = hash( 'sha256', 'a test wiki of wikigate' );
$wgUpgradeKey = '0123456789abcdef';
$wgAuthenticationTokenVersion = '1';

// Mails go into a file.
$wgPasswordSender = 'wiki@wiki.test';
$wgEmergencyContact = 'admin@wiki.test';
$wgHooks['AlternateUserMailer'][] = static function ( $headers, array $to, $from, $subject, $body ) {
	$mail = [ 'to' => array_map( 'strval', $to ), 'subject' => $subject, 'body' => $body ];
	file_put_contents( '@ROOT@/mail/sent.jsonl', json_encode( $mail ) . "\n", FILE_APPEND | LOCK_EX );
	return false;
};

wfLoadSkin( 'Vector' );
wfLoadExtensions( [ 'OATHAuth', 'ConfirmEdit' ] );

// Who may do what.
$wgGroupPermissions['sysop']['skipcaptcha'] = true;
$wgGroupPermissions['bot']['skipcaptcha'] = true;
$wgGroupPermissions['user']['oathauth-enable'] = true;
if ( $variant( 'private' ) ) {
	$wgGroupPermissions['*']['read'] = false;
}
if ( $variant( 'private', 'noanonedit' ) ) {
	$wgGroupPermissions['*']['edit'] = false;
}
if ( $variant( 'nocreate' ) ) {
	$wgGroupPermissions['*']['createaccount'] = false;
}

// Two-factor codes and captchas.
$wgOATHAuthAccountPrefix = 'RefWiki';
foreach ( [ 'createaccount', 'badlogin', 'badloginperuser' ] as $trigger ) {
	$wgCaptchaTriggers[$trigger] = !$variant( 'nocaptcha' );
}
if ( $variant( 'badcaptchanow' ) ) {
	$wgCaptchaBadLoginAttempts = 1;
}
if ( $variant( 'blocklogin' ) ) {
	$wgBlockDisablesLogin = true;
}
if ( $variant( 'oathapi' ) ) {
	$wgGroupPermissions['user']['oathauth-api-all'] = true;
}
if ( $variant( 'questy' ) ) {
	wfLoadExtension( 'ConfirmEdit/QuestyCaptcha' );
	$wgCaptchaQuestions = [ 'What is the capital of France?' => 'Paris' ];
} else {
	$wgCaptchaClass = MediaWiki\Extension\ConfirmEdit\SimpleCaptcha\SimpleCaptcha::class;
}

// Throttles. The default has none on new accounts.
if ( $variant( 'nothrottle' ) ) {
	$wgPasswordAttemptThrottle = [];
	$wgAccountCreationThrottle = [];
	$wgRateLimits = [];
}
if ( $variant( 'accthrottle' ) ) {
	$wgAccountCreationThrottle = [ [ 'count' => 2, 'seconds' => 24 * 60 * 60 ] ];
}

// Passwords and proofs of who one is.
$wgEnableBotPasswords = !$variant( 'nobotpw' );
foreach ( [ 12, 40 ] as $length ) {
	foreach ( [ '' => 'suggestChangeOnLogin', 'force' => 'forceChange' ] as $suffix => $consequence ) {
		if ( $variant( "minlen$length$suffix" ) ) {
			$wgPasswordPolicy['policies']['default']['MinimalPasswordLength'] =
				[ 'value' => $length, $consequence => true ];
		}
	}
}
if ( $variant( 'noroutes' ) ) {
	$wgPasswordResetRoutes = false;
}
if ( $variant( 'shortreauth' ) ) {
	$wgReauthenticateTime = [ 'default' => 0 ];
	$wgAllowSecuritySensitiveOperationIfCannotReauthenticate = [ 'default' => false ];
}
