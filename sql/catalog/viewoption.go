package catalog

import (
	"slices"
	"strings"
)

// The names of views' storage parameters.
const (
	CheckOptionName     = "check_option"
	SecurityBarrierName = "security_barrier"
	SecurityInvokerName = "security_invoker"
)

// What check_option says: which views' conditions a row that is written through the
// view is held against, its own or those of the views below too.
const (
	CheckLocal    = "local"
	CheckCascaded = "cascaded"
)

// option returns the value of a storage parameter; empty: it is not set.
func (v *View) option(name string) string {
	for _, o := range v.Options {
		if n, value, _ := strings.Cut(o, "="); n == name {
			return value
		}
	}
	return ""
}

// CheckOption is the view's check option, CheckLocal or CheckCascaded; empty: it has none.
func (v *View) CheckOption() string { return v.option(CheckOptionName) }

// SecurityInvoker reports whether the privileges of who uses the view count below it, not
// those of its owner.
func (v *View) SecurityInvoker() bool { return boolOption(v.option(SecurityInvokerName)) }

// SecurityBarrier reports whether conditions that could tell of rows that the view does
// not show are asked of the rows that it shows only.
func (v *View) SecurityBarrier() bool { return boolOption(v.option(SecurityBarrierName)) }

// boolOption reads a value that was checked when it was set.
func boolOption(s string) bool {
	return slices.Contains([]string{"true", "on", "yes", "1", "t", "tr", "tru", "y", "ye"}, strings.ToLower(s))
}

// SetOption returns options with one set.
func SetOption(options []string, name, value string) []string {
	return append(ResetOption(options, name), name+"="+value)
}

// ResetOption returns options without one.
func ResetOption(options []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(options), func(o string) bool { return strings.HasPrefix(o, name+"=") })
}
