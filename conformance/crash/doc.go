// Package crash kills real nodes under load and looks at what is left: every
// claim that was acknowledged is there, and no transaction is there in half.
package crash
