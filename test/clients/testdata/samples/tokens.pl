# Ask for a login token and print it.

use strict;
use warnings;

use JSON;
use LWP::UserAgent;
use URI;

my $address = URI->new( $ENV{WIKIGATE_API} );
$address->query_form( action => 'query', meta => 'tokens', type => 'login', format => 'json' );

my $reply = LWP::UserAgent->new->get($address);
die $reply->status_line . "\n" unless $reply->is_success;

print decode_json( $reply->content )->{query}{tokens}{logintoken}, "\n";
