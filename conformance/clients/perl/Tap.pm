package Tap;

# Named checks, printed as TAP. A check is a sub that calls is, like or fails; the first
# difference, or any other error, ends it.

use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(check is like fails shown finish);

my ($count, $failed) = (0, 0);
$| = 1;
binmode STDOUT, ':encoding(UTF-8)';

# shown writes a value so that values are equal where their texts are: DBI gives
# numbers and strings alike.
sub shown {
    my ($v) = @_;
    return 'undef' unless defined $v;
    return '[' . join(', ', map { shown($_) } @$v) . ']' if ref $v eq 'ARRAY';
    return '{' . join(', ', map { "$_: " . shown($v->{$_}) } sort keys %$v) . '}' if ref $v eq 'HASH';
    my $s = "$v";
    $s =~ s/([\x00-\x1f\x7f])/sprintf '\\x%02x', ord $1/ge;
    return length $s > 1500 ? "'" . substr($s, 0, 200) . "…' of " . length $s : "'$s'";
}

sub is {
    my ($got, $want, $what) = @_;
    my ($g, $w) = (shown($got), shown($want));
    die(($what ? "$what: " : '') . "expected $w\ngot $g\n") if $g ne $w;
}

sub like {
    my ($got, $want, $what) = @_;
    die(($what ? "$what: " : '') . "expected " . "$want\ngot " . shown($got) . "\n") if !defined $got || $got !~ $want;
}

# fails runs code that has to end with an error of this SQLSTATE.
sub fails {
    my ($h, $state, $code) = @_;
    eval { $code->(); 1 } and die "expected an error of state $state\ngot none\n";
    my $error = $@;
    die "expected an error of state $state\ngot " . ($h->state || 'none') . ": $error\n" if $h->state ne $state;
    return $error;
}

sub check {
    my ($name, $code) = @_;
    $count++;
    if (eval { $code->(); 1 }) {
        print "ok $count - $name\n";
        return 1;
    }
    my $error = $@;
    $failed++;
    print "not ok $count - $name\n";
    print "# $_\n" for grep { length } split /\n/, $error;
    return 0;
}

sub finish {
    print "1..$count\n";
    exit($failed ? 1 : 0);
}

1;
