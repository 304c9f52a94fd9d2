# Drives MediaWiki::Bot. Its login only says no to a wrong password, after
# having tried twice, and keeps cookies in the working directory, which should
# be empty. Its logout sends neither POST nor a token, which MediaWiki has
# refused since 1.34 and which it does not notice, so the session is ended
# through the MediaWiki::API object that it works with.
# Prints one line per step; the first that fails ends the program with a line
# saying so.

use strict;
use warnings;

use MediaWiki::Bot qw(:constants);
use URI;

$| = 1;

my ( $login, $password ) = @ENV{qw(WIKIGATE_LOGIN WIKIGATE_PASSWORD)};
my ($account) = split /@/, $login;
my $address = URI->new( $ENV{WIKIGATE_API} );

# Its advice against plain HTTP is not for a server on the same machine.
local $SIG{__WARN__} = sub { warn @_ unless $_[0] =~ /over plain HTTP/ };

sub new_bot {
    return MediaWiki::Bot->new( {
        agent    => 'wikigate-client-tests',
        protocol => $address->scheme,
        host     => $address->host_port,
        path     => $address->path =~ s{^/|/api\.php$}{}gr,
    } );
}

# error_of is the error that the library kept of its last call.
sub error_of {
    my ($bot) = @_;
    return "$bot->{api}{error}{code}: $bot->{api}{error}{details}";
}

# call makes one request and dies with the library's own error if it fails.
sub call {
    my ( $bot, %params ) = @_;
    return $bot->{api}->api( \%params ) || die error_of($bot) . "\n";
}

sub userinfo {
    my ($bot) = @_;
    return call( $bot, action => 'query', meta => 'userinfo' )->{query}{userinfo};
}

sub refused {
    my ( $bot, $code ) = @_;
    my $error = $bot->{api}{error};
    die error_of($bot) . "\n" unless $error->{code} == ERR_API && $error->{details} =~ /^$code: /;
}

my $bot = new_bot();

my @steps = (
    'log in' => sub {
        $bot->login( { username => $login, password => $password } ) or die error_of($bot) . "\n";
    },
    'site information' => sub {
        my $version = $bot->get_mw_version or die "the version is not known\n";
        die "version is $version->{string}\n" unless $version->{major} >= 1;
    },
    'who am I' => sub {
        my $name = userinfo($bot)->{name};
        die "known as $name\n" unless $name eq $account;
    },
    'csrf token' => sub {
        my $token = call( $bot, action => 'query', meta => 'tokens' )->{query}{tokens}{csrftoken};
        die "token is $token\n" unless length $token == 42 && $token =~ /\+\\\z/;
    },
    'assert=user' => sub {
        die "it asserts $bot->{assert}\n" unless $bot->{assert} eq 'user';
        call( $bot, action => 'query', assert => $bot->{assert} );
    },
    'wrong password' => sub {
        my $other = new_bot();
        my $wrong = 'wrong' . substr $password, 5;
        die "was accepted\n" if $other->login( { username => $login, password => $wrong } );
        my $answer = $other->{api}{response}->decoded_content;
        die "the answer is $answer\n" unless $answer =~ /"result":"Failed"/;
    },
    'its own logout is refused' => sub {
        $bot->logout;
        refused( $bot, 'missingparam' );
        my $name = userinfo($bot)->{name};
        die "known as $name\n" unless $name eq $account;
    },
    'log out' => sub {
        local $bot->{api}{config}{use_http_get} = 0;
        my $reply = $bot->{api}->edit( { action => 'logout' } ) or die error_of($bot) . "\n";
        die "the answer is not {}\n" unless ref $reply eq 'HASH' && !%$reply;
    },
    'anonymous afterwards' => sub {
        my $userinfo = userinfo($bot);
        die "known as $userinfo->{name}\n" unless exists $userinfo->{anon} && $userinfo->{id} == 0;
    },
    'assert=user refused' => sub {
        die "was accepted\n" if $bot->{api}->api( { action => 'query', assert => 'user' } );
        refused( $bot, 'assertuserfailed' );
    },
);

while ( my ( $name, $step ) = splice @steps, 0, 2 ) {
    eval { $step->(); 1 } or die "FAILED $name: $@";
    print "ok $name\n";
}
