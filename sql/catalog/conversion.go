package catalog

import (
	_ "embed"
	"strings"
)

//go:embed conversion.txt
var conversionText string

// makeConversion lists the conversions between encodings. They are all the default
// ones of their pair.
func makeConversion(_ *Catalog, b *rowBuilder) {
	for line := range strings.Lines(conversionText) {
		f := strings.Fields(line)
		if f[0] == "#" {
			continue
		}
		b.add("oid conname connamespace conowner conforencoding contoencoding conproc condefault",
			oid(declaredOID(f[0])), text(f[1]), oid(OIDPGCatalog), oid(OIDSuperuser), oid(declaredOID(f[2])), oid(declaredOID(f[3])), oid(declaredOID(f[4])), yes(true))
	}
}
