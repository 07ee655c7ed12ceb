# Prints TAP and counts; shell programs source it.
tap_n=0 tap_failed=0

# is NAME EXPECTED GOT
is() {
  tap_n=$((tap_n + 1))
  if [ "$2" = "$3" ]; then
    echo "ok $tap_n - $1"
  else
    tap_failed=$((tap_failed + 1))
    printf 'not ok %d - %s\n' "$tap_n" "$1"
    diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -20 | cut -c1-300 | sed -n 's/^</# expected: /p; s/^>/# got: /p'
  fi
}

# like NAME PATTERN GOT: the pattern is an extended regular expression of some line.
like() {
  if printf '%s\n' "$3" | grep -qE -- "$2"; then is "$1" "" ""; else is "$1" "a line like $2" "$3"; fi
}

tap_end() {
  echo "1..$tap_n"
  [ "$tap_failed" = 0 ]
}
