package catalog

// addVirtual declares pg_catalog and information_schema.
func (c *Catalog) addVirtual() {}
