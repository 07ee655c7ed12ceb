package functions

import (
	"time"

	"github.com/stemedb/stemedb/sql/jsonpath"
)

// zone is the session's time zone; UTC when none is set.
func (c *Ctx) zone() *time.Location {
	if c == nil || c.Format.Loc == nil {
		return time.UTC
	}
	return c.Format.Loc
}

// patternCache keeps compiled patterns of LIKE, regular expressions and
// formats for one worker of one statement.
type patternCache struct {
	like  map[likeKey]*likePattern
	regex map[regexKey]*regexProgram
	path  map[string]*jsonpath.Path
}

// patterns returns the cache, made on first use.
func (c *Ctx) patterns() *patternCache {
	if c.cache == nil {
		c.cache = &patternCache{like: map[likeKey]*likePattern{}, regex: map[regexKey]*regexProgram{}, path: map[string]*jsonpath.Path{}}
	}
	return c.cache
}
