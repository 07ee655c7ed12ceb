package sqlerr

// SQLSTATEs of SQL/JSON.
const (
	InvalidSQLJSONDatetime       = "22031"
	InvalidSQLJSONSubscript      = "22033"
	NonNumericSQLJSONItem        = "22036"
	SingletonSQLJSONItemRequired = "22038"
	SQLJSONArrayNotFound         = "22039"
	SQLJSONMemberNotFound        = "2203A"
	SQLJSONNumberNotFound        = "2203B"
	SQLJSONObjectNotFound        = "2203C"
)
