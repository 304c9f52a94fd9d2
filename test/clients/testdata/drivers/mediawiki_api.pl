# Drives MediaWiki::API. Its logout only forgets the cookies, so the request
# goes through its edit, which fetches the csrf token by itself.
# Prints one line per step; the first that fails ends the program with a line
# saying so.

use strict;
use warnings;

use MediaWiki::API;

$| = 1;

my ( $login, $password ) = @ENV{qw(WIKIGATE_LOGIN WIKIGATE_PASSWORD)};
my ($account) = split /@/, $login;

sub new_client {
    return MediaWiki::API->new( { api_url => $ENV{WIKIGATE_API}, no_proxy => 1 } );
}

# call makes one request and dies with the library's own error if it fails.
sub call {
    my ( $mw, %params ) = @_;
    return $mw->api( \%params ) || die "$mw->{error}{code}: $mw->{error}{details}\n";
}

sub userinfo {
    my ($mw) = @_;
    return call( $mw, action => 'query', meta => 'userinfo' )->{query}{userinfo};
}

my $mw = new_client();

my @steps = (
    'log in' => sub {
        my $reply = $mw->login( { lgname => $login, lgpassword => $password } )
          or die "$mw->{error}{code}: $mw->{error}{details}\n";
        die "known as $reply->{lgusername}\n" unless $reply->{lgusername} eq $account;
    },
    'who am I' => sub {
        my $name = userinfo($mw)->{name};
        die "known as $name\n" unless $name eq $account;
    },
    'csrf token' => sub {
        my $token = call( $mw, action => 'query', meta => 'tokens' )->{query}{tokens}{csrftoken};
        die "token is $token\n" unless length $token == 42 && $token =~ /\+\\\z/;
    },
    'assert=user' => sub {
        call( $mw, action => 'query', assert => 'user' );
    },
    'wrong password' => sub {
        my $other = new_client();
        die "was accepted\n"
          if $other->login( { lgname => $login, lgpassword => 'wrong' . substr $password, 5 } );
        my $error = $other->{error};
        die "$error->{code}: $error->{details}\n"
          unless $error->{code} == MediaWiki::API::ERR_LOGIN
          && $error->{details} eq 'Login Failure - Failed';
    },
    'log out' => sub {
        my $reply = $mw->edit( { action => 'logout' } )
          or die "$mw->{error}{code}: $mw->{error}{details}\n";
        die "the answer is not {}\n" unless ref $reply eq 'HASH' && !%$reply;
    },
    'anonymous afterwards' => sub {
        my $userinfo = userinfo($mw);
        die "known as $userinfo->{name}\n" unless exists $userinfo->{anon} && $userinfo->{id} == 0;
    },
    'assert=user refused' => sub {
        die "was accepted\n" if $mw->api( { action => 'query', assert => 'user' } );
        my $error = $mw->{error};
        die "$error->{code}: $error->{details}\n"
          unless $error->{code} == MediaWiki::API::ERR_API
          && $error->{details} =~ /^assertuserfailed: /;
    },
);

while ( my ( $name, $step ) = splice @steps, 0, 2 ) {
    eval { $step->(); 1 } or die "FAILED $name: $@";
    print "ok $name\n";
}
