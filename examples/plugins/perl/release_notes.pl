#!/usr/bin/env perl
# Release notes: the method release.notes(milestone) answers the milestone's closed tickets as wiki text, by their type.
#
# Written from docs/plugin-protocol.md, with what comes with Perl. One request is served at a time. While an answer of
# the server is waited for, what else comes is served within that: the server never sends more than that.
use strict;
use warnings;
use JSON::PP;

my $json  = JSON::PP->new->utf8->canonical;
my $asked = 0;
$| = 1;

my %answers = (
    initialize => sub {
        { protocol => 1, plugin => { name => 'release-notes', version => '1.0', runtime => "Perl $^V" } }
    },
    describe => sub {
        {   revision   => 1,
            namespaces => [ { name => 'release', help => 'What a release has.' } ],
            methods    => [ {
                name       => 'release.notes',
                permission => 'TICKET_VIEW',
                signatures => [ [ 'string', 'string' ] ],
                parameters => [ { name => 'milestone' } ],
                help       => "The closed tickets of a milestone as wiki text, by their type.",
                origin     => 'release_notes.pl',
            } ],
        }
    },
    ping     => sub { {} },
    call     => \&call,
    shutdown => sub { undef },
);

sub send_message {
    print $json->encode( { jsonrpc => '2.0', @_ } ), "\n";
}

# The next message of the server; what is none is skipped.
sub next_message {
    while ( defined( my $line = <STDIN> ) ) {
        return $json->decode($line) if $line =~ /^\{/;
    }
    exit 0;
}

sub fault {
    my ( $kind, $message ) = @_;
    die { code => -32000, message => $message, data => { kind => $kind, message => $message } };
}

# Calls a method of the server for the user of a request that is being answered.
sub host_call {
    my ( $within, $method, @args ) = @_;
    my $id = ++$asked;
    send_message( id => $id, method => 'host/call',
        params => { within => $within, method => $method, args => \@args } );
    while (1) {
        my $message = next_message();
        if ( defined $message->{method} ) {
            answer($message);
        }
        elsif ( $message->{id} == $id ) {
            die $message->{error} if $message->{error};
            return $message->{result};
        }
    }
}

sub call {
    my ( $params, $id ) = @_;
    fault( 'method_not_found', "no method $params->{method}" ) if $params->{method} ne 'release.notes';
    my @args = @{ $params->{args} };
    fault( 'invalid_params', 'release.notes(milestone) takes a milestone' ) if @args != 1 || ref $args[0];
    return { value => notes( $id, $args[0] ) };
}

sub notes {
    my ( $id, $milestone ) = @_;
    my $quoted  = $milestone =~ s/([&|])/\\$1/gr;
    my $tickets = host_call( $id, 'ticket.query', "milestone=$quoted&status=closed&order=id&max=0" )->{value};
    my @calls   = map { { methodName => 'ticket.get', params => [$_] } } @$tickets;
    my %by_type;
    for my $outcome ( @{ host_call( $id, 'system.multicall', \@calls )->{outcomes} } ) {
        my $ticket = $outcome->{value} or next;    # deleted meanwhile
        my ( $number, undef, undef, $fields ) = @$ticket;
        push @{ $by_type{ $fields->{type} || 'other' } }, " * #$number: $fields->{summary}";
    }
    return join "\n", map { ( "== $_ ==", @{ $by_type{$_} } ) } sort keys %by_type;
}

sub answer {
    my ($message) = @_;
    my ( $id, $method, $params ) = @$message{qw(id method params)};
    return if !defined $id;                        # nobody waits: a notification
    my $answer = $answers{$method};
    if ( !$answer ) {
        return send_message( id => $id, error => { code => -32601, message => "no request $method" } );
    }
    my $result = eval { [ $answer->( $params || {}, $id ) ] };
    if ($result) {
        send_message( id => $id, result => $result->[0] );
    }
    else {
        my $error = ref $@ ? $@ : { code => -32603, message => "$@" };
        send_message( id => $id, error => $error );
    }
    exit 0 if $method eq 'shutdown';
}

while (1) {
    my $message = next_message();
    answer($message) if defined $message->{method};
}
