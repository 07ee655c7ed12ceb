// Prints TAP and counts; one program includes it once.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <unistd.h>

static int tap_n, tap_failed;

static void tap_comment(const char *label, const char *s) {
	// a value may have lines, and a comment is one line each
	printf("#  %s: ", label);
	for (int n = 0; *s && n < 600; s++, n++) {
		putchar(*s);
		if (*s == '\n') printf("#    ");
	}
	putchar('\n');
}

static int tap_result(int pass, const char *name) {
	printf("%sok %d - %s\n", pass ? "" : "not ", ++tap_n, name);
	if (!pass) tap_failed++;
	fflush(stdout);
	return pass;
}

// is compares two strings; NULL is no string's equal.
static int is(const char *got, const char *want, const char *name) {
	int pass = got && strcmp(got, want) == 0;
	tap_result(pass, name);
	if (!pass) tap_comment("expected", want), tap_comment("got", got ? got : "(none)");
	fflush(stdout);
	return pass;
}

static int is_int(long got, long want, const char *name) {
	char g[32], w[32];
	snprintf(g, sizeof g, "%ld", got), snprintf(w, sizeof w, "%ld", want);
	return is(g, w, name);
}

// has asks that want is within got.
static int has(const char *got, const char *want, const char *name) {
	int pass = got && strstr(got, want);
	tap_result(pass, name);
	if (!pass) tap_comment("expected within", want), tap_comment("got", got ? got : "(none)");
	return pass;
}

// f formats into memory that lives as long as the program.
static char *f(const char *format, ...) {
	va_list args;
	char *s;
	va_start(args, format);
	if (vasprintf(&s, format, args) < 0) abort();
	va_end(args);
	return s;
}

static int tap_end(void) {
	printf("1..%d\n", tap_n);
	return tap_failed ? 1 : 0;
}

static void tap_late(int sig) {
	(void)sig;
	printf("not ok %d - the program ended within its time\n1..%d\n", tap_n + 1, tap_n + 1);
	fflush(stdout);
	_exit(1);
}

static void tap_limit(unsigned seconds) {
	signal(SIGALRM, tap_late);
	alarm(seconds);
}
