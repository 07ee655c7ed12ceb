package pgwire

import (
	"reflect"
	"testing"
)

func TestParseOptions(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want [][2]string
	}{
		{"", nil},
		{"  \t\n ", nil},
		{"-c a=b", [][2]string{{"a", "b"}}},
		{"-ca=b --search-path=x,y", [][2]string{{"a", "b"}, {"search_path", "x,y"}}},
		{`-c search_path=a\ b\\c`, [][2]string{{"search_path", `a b\c`}}},
		{`-c a= --b==c`, [][2]string{{"a", ""}, {"b", "=c"}}},
		{`-c client_encoding=sql_ascii`, [][2]string{{"client_encoding", "sql_ascii"}}},
		{`-c a=b\`, [][2]string{{"a", "b"}}},
		{`-c a=\-b`, [][2]string{{"a", "-b"}}},
	} {
		got, err := parseOptions(tc.in)
		if err != nil || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%q: %v, %v", tc.in, got, err)
		}
	}
	for _, bad := range []string{"-c", "-c a", "--a", "x", "-d 3", "-"} {
		if _, err := parseOptions(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestOptionsOrder(t *testing.T) {
	p := &startupPacket{params: [][2]string{{"TimeZone", "UTC"}, {"user", "u"}, {"options", "-c TimeZone=CET"}}}
	l, err := p.login()
	want := [][2]string{{"TimeZone", "CET"}, {"TimeZone", "UTC"}}
	if err != nil || !reflect.DeepEqual(l.Settings, want) || l.Database != "u" {
		t.Errorf("%+v, %v", l, err)
	}
}
