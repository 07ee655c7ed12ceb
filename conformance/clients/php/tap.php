<?php
// Named checks, printed as TAP. A check is a function that calls is, like or fails; the
// first difference, or any other error, ends it.

final class Different extends Exception {}

$tally = ['count' => 0, 'failed' => 0];

// Warnings, as the extensions give for errors of the server, fail a check that does not expect them.
set_error_handler(function (int $level, string $message): bool {
    if (error_reporting() & $level) {
        throw new ErrorException($message, 0, $level);
    }
    return false;
});

function shown(mixed $value): string
{
    $s = preg_replace_callback('/[\x00-\x1f]/', fn($m) => sprintf('\x%02x', ord($m[0])), preg_replace('/\n\s*/', ' ', var_export($value, true)));
    return strlen($s) > 1500 ? substr($s, 0, 500) . '… (' . strlen($s) . ')' : $s;
}

// is wants the same value of the same type.
function is(mixed $got, mixed $want, string $what = ''): void
{
    $same = $got === $want || is_object($want) && $got == $want || is_float($want) && is_nan($want) && is_float($got) && is_nan($got);
    if (!$same) {
        throw new Different(($what === '' ? '' : "$what: ") . 'expected ' . shown($want) . "\ngot " . shown($got));
    }
}

function like(?string $got, string $pattern): void
{
    if ($got === null || !preg_match($pattern, $got)) {
        throw new Different("expected $pattern\ngot " . shown($got));
    }
}

// check runs a function under a name; false: it failed.
function check(string $name, callable $code): bool
{
    global $tally;
    $n = ++$tally['count'];
    try {
        $code();
        echo "ok $n - $name\n";
        return true;
    } catch (Throwable $e) { // a check that throws anything at all has failed, and the rest still runs
        $tally['failed']++;
        echo "not ok $n - $name\n";
        $text = $e instanceof Different ? $e->getMessage() : get_class($e) . ': ' . $e->getMessage();
        foreach (explode("\n", $text) as $line) {
            if (trim($line) !== '') {
                echo '# ', substr($line, 0, 2000), "\n";
            }
        }
        foreach ([['file' => $e->getFile(), 'line' => $e->getLine()], ...$e->getTrace()] as $at) {
            if (isset($at['file']) && basename($at['file']) !== 'tap.php') {
                echo '# at ', basename($at['file']), ':', $at['line'], "\n";
                break;
            }
        }
        return false;
    }
}

function finish(): never
{
    global $tally;
    echo "1..{$tally['count']}\n";
    exit($tally['failed'] ? 1 : 0);
}
