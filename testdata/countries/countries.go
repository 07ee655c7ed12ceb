// Package countries embeds the demonstration claims; ORIGIN.md says where they
// come from.
package countries

import _ "embed"

// Claims is 10,402 claims of nine packages about 250 countries, as CSV.
//
//go:embed claims.csv
var Claims []byte

// Sources is the registration of the nine packages, as CSV.
//
//go:embed sources.csv
var Sources []byte
