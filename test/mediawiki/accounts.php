<?php
// Makes the accounts of accounts.toml in a new wiki:
//     php accounts.php accounts.toml
// It runs once, after MediaWiki's installer, which has made the user Admin.

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class MakeAccounts extends Maintenance {
	// What the accounts file does not tell, because no client can send it.
	private const FORMATS = [
		'olda' => 'A',
		'oldb' => 'B',
		'bcrypt' => 'bcrypt',
		'argon' => 'argon2',
		'legacyb' => 'pbkdf2-legacyB',
	];
	private const BLOCKED = [ 'blocked' => 'Recorded block reason' ];
	private const EVERYWHERE = [ '0.0.0.0/0', '::/0' ];

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Make the accounts of an accounts file' );
		$this->addArg( 'file', 'the accounts file' );
		$this->requireExtension( 'OATHAuth' );
	}

	public function execute() {
		$accounts = $this->read( $this->getArg( 0 ) )['users'];
		foreach ( $accounts as $account ) {
			$this->create( $account );
		}
		// A bot password does not outlive a change of the account's password.
		foreach ( $accounts as $role => $account ) {
			$user = User::newFromName( $account['name'] );
			$this->confirmAddress( $user, $account['email'] );
			$this->changeRow( $role, $account );
			$this->addTotp( $user, $account['totp'] ?? null );
			foreach ( $account['bots'] ?? [] as $appId => $bot ) {
				$this->addBot( $user, $appId, $bot );
			}
			if ( isset( self::BLOCKED[$role] ) ) {
				$this->block( $user, self::BLOCKED[$role] );
			}
		}
	}

	// The values that the accounts file may hold are JSON as well.
	private function read( string $file ): array {
		$tables = [];
		$table = &$tables;
		$text = preg_replace( '/^#.*\n/m', '', file_get_contents( $file ) );
		preg_match_all( '/^\[(.+)\]$|^([\w-]+) = (\[[^]]*\]|.+)$/m', $text, $lines, PREG_SET_ORDER );
		foreach ( $lines as $line ) {
			if ( $line[1] === '' ) {
				$table[$line[2]] = json_decode( $line[3], true, 2, JSON_THROW_ON_ERROR );
				continue;
			}
			$table = &$tables;
			foreach ( explode( '.', $line[1] ) as $name ) {
				$table = &$table[$name];
			}
		}
		return $tables;
	}

	private function create( array $account ): void {
		$program = $this->runChild( CreateAndPromote::class, 'createAndPromote.php' );
		$program->loadWithArgv( [ '--force', '--custom-groups', implode( ',', $account['groups'] ),
			$account['name'], $account['password'] ] );
		$program->execute();

		$id = User::idFromName( $account['name'], User::READ_LATEST );
		if ( $id !== $account['id'] ) {
			$this->fatalError( "{$account['name']} has the user id $id and not {$account['id']}" );
		}
	}

	private function confirmAddress( User $user, string $address ): void {
		if ( $address !== '' ) {
			$user->setEmail( $address );
			$user->confirmEmail();
			$user->saveSettings();
		}
	}

	private function changeRow( string $role, array $account ): void {
		$passwords = MediaWikiServices::getInstance()->getPasswordFactory();
		$row = [];
		if ( isset( self::FORMATS[$role] ) ) {
			$hash = $passwords->newFromType( self::FORMATS[$role] );
			$hash->crypt( $account['password'] );
			$row['user_password'] = $hash->toString();
		}
		if ( isset( $account['temporary'] ) ) {
			$row['user_newpassword'] = $passwords->newFromPlaintext( $account['temporary'] )->toString();
			$row['user_newpass_time'] = wfTimestampNow();
		}
		if ( $row ) {
			$this->getDB( DB_PRIMARY )->update( 'user', $row, [ 'user_id' => $account['id'] ], __METHOD__ );
		}
	}

	private function addTotp( User $user, ?string $secret ): void {
		if ( $secret === null ) {
			return;
		}
		$key = [ 'secret' => $secret, 'scratch_tokens' => [ 'AAAABBBBCCCCDDDD', 'EEEEFFFFGGGGHHHH' ] ];
		$this->getDB( DB_PRIMARY )->insert( 'oathauth_users', [
			'id' => $user->getId(),
			'module' => 'totp',
			'data' => json_encode( [ 'keys' => [ $key ] ] ),
		], __METHOD__ );
	}

	private function addBot( User $user, string $appId, array $bot ): void {
		$services = MediaWikiServices::getInstance();
		$password = BotPassword::newUnsaved( [
			'user' => $user,
			'appId' => $appId,
			'grants' => $bot['grants'],
			'restrictions' => MWRestrictions::newFromArray( [
				'IPAddresses' => $bot['addresses'] ?? self::EVERYWHERE,
			] ),
		] );
		$status = $password->save( 'insert', $services->getPasswordFactory()->newFromPlaintext( $bot['secret'] ) );
		$this->check( $status, $bot['login'] );
	}

	private function block( User $user, string $reason ): void {
		$status = MediaWikiServices::getInstance()->getBlockUserFactory()->newBlockUser(
			$user, User::newFromName( 'Admin' ), 'infinity', $reason,
			[ 'isCreateAccountBlocked' => true, 'isAutoblocking' => false ]
		)->placeBlockUnsafe();
		$this->check( $status, "the block of {$user->getName()}" );
	}

	private function check( Status $status, string $what ): void {
		if ( !$status->isGood() ) {
			$this->fatalError( "$what: " . $status->getWikiText( false, false, 'en' ) );
		}
	}
}

$maintClass = MakeAccounts::class;
require_once RUN_MAINTENANCE_IF_MAIN;
