package catalog

import "strconv"

// notNullName is the name that information_schema gives the condition that a
// column is not NULL, which is no constraint with a name of its own.
func (c *Catalog) notNullName(r *Relation, col int) string {
	return strconv.Itoa(int(c.schemaOID(r.Schema))) + "_" + strconv.Itoa(int(r.OID)) + "_" + strconv.Itoa(col+1) + "_not_null"
}

// notNulls calls do with each column that may not be NULL.
func (c *Catalog) notNulls(do func(r *Relation, col int)) {
	for _, r := range c.relations {
		for i := range r.Columns {
			if r.Columns[i].NotNull {
				do(r, i)
			}
		}
	}
}

func makeInfoConstraints(c *Catalog, b *rowBuilder) {
	const columns = "constraint_catalog constraint_schema constraint_name table_catalog table_schema table_name constraint_type " +
		"is_deferrable initially_deferred enforced nulls_distinct"
	for i := range c.constraints {
		k := &c.constraints[i]
		distinct := null
		if k.kind == 'u' {
			distinct = yesNo(true)
		}
		b.add(columns, here, text(k.rel.Schema), text(k.name), here, text(k.rel.Schema), text(k.rel.Name), text(constraintTypes[k.kind]),
			yesNo(k.foreign != nil && k.foreign.Deferrable), yesNo(k.foreign != nil && k.foreign.Deferred), yesNo(true), distinct)
	}
	c.notNulls(func(r *Relation, col int) {
		b.add(columns, here, text(r.Schema), text(c.notNullName(r, col)), here, text(r.Schema), text(r.Name), text("CHECK"),
			yesNo(false), yesNo(false), yesNo(true), null)
	})
}

func makeInfoChecks(c *Catalog, b *rowBuilder) {
	for i := range c.constraints {
		if k := &c.constraints[i]; k.kind == 'c' {
			b.add("constraint_catalog constraint_schema constraint_name check_clause", here, text(k.rel.Schema), text(k.name), text("("+k.check.Plain+")"))
		}
	}
	c.domainChecks(func(d *Domain, k *Check) {
		b.add("constraint_catalog constraint_schema constraint_name check_clause", here, text(d.Schema), text(k.Name), text("("+k.Shown.Plain+")"))
	})
	c.notNulls(func(r *Relation, col int) {
		b.add("constraint_catalog constraint_schema constraint_name check_clause",
			here, text(r.Schema), text(c.notNullName(r, col)), text(r.Columns[col].Name+" IS NOT NULL"))
	})
}

func makeInfoKeys(c *Catalog, b *rowBuilder) {
	for i := range c.constraints {
		k := &c.constraints[i]
		if k.kind == 'c' {
			continue
		}
		for n, col := range k.cols {
			place := null
			if k.kind == 'f' {
				if at := c.placeInKey(k, n); at > 0 {
					place = num(at)
				}
			}
			b.add("constraint_catalog constraint_schema constraint_name table_catalog table_schema table_name column_name ordinal_position position_in_unique_constraint",
				here, text(k.rel.Schema), text(k.name), here, text(k.rel.Schema), text(k.rel.Name), text(k.rel.Columns[col].Name), num(n+1), place)
		}
	}
}

func makeInfoConstraintColumns(c *Catalog, b *rowBuilder) {
	for i := range c.constraints {
		k := &c.constraints[i]
		rel, cols := k.about()
		for _, col := range cols {
			b.add("table_catalog table_schema table_name column_name constraint_catalog constraint_schema constraint_name",
				here, text(rel.Schema), text(rel.Name), text(rel.Columns[col].Name), here, text(k.rel.Schema), text(k.name))
		}
	}
}

func makeInfoConstraintTables(c *Catalog, b *rowBuilder) {
	for i := range c.constraints {
		k := &c.constraints[i]
		if k.kind == 'c' {
			continue // as PostgreSQL's view has it
		}
		rel, _ := k.about()
		b.add("table_catalog table_schema table_name constraint_catalog constraint_schema constraint_name",
			here, text(rel.Schema), text(rel.Name), here, text(k.rel.Schema), text(k.name))
	}
}

func makeInfoForeign(c *Catalog, b *rowBuilder) {
	for i := range c.constraints {
		k := &c.constraints[i]
		if k.kind != 'f' {
			continue
		}
		db, schema, name, match := null, null, null, "NONE"
		if u := c.refConstraint(k); u != nil {
			db, schema, name = here, text(k.ref.Schema), text(u.name)
		}
		if k.foreign.Full {
			match = "FULL"
		}
		b.add("constraint_catalog constraint_schema constraint_name unique_constraint_catalog unique_constraint_schema unique_constraint_name match_option update_rule delete_rule",
			here, text(k.rel.Schema), text(k.name), db, schema, name, text(match), text(refActionWords[k.foreign.OnUpdate.Or()]), text(refActionWords[k.foreign.OnDelete.Or()]))
	}
}
