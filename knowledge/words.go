package knowledge

import "slices"

// ValueTypeNames returns the words of value_type in the order of their codes.
func ValueTypeNames() []string {
	return []string{"text", "number", "boolean", "reference", "json", "none", "unknown"}
}

// LifecycleNames returns the words of lifecycle in the order of their codes.
func LifecycleNames() []string {
	return []string{"proposed", "under_review", "approved", "deprecated", "rejected"}
}

// SourceStatusNames returns the words of sources.status in the order of their
// codes.
func SourceStatusNames() []string { return []string{"active", "flagged", "retracted"} }

// ParseValueType reads a value_type; it is exact lower case, as a check
// constraint would have it.
func ParseValueType(s string) (ValueType, error) {
	switch s { // hot on load: no slice, no loop
	case "text":
		return ValueText, nil
	case "number":
		return ValueNumber, nil
	case "boolean":
		return ValueBoolean, nil
	case "reference":
		return ValueReference, nil
	case "json":
		return ValueJSON, nil
	case "none":
		return ValueNone, nil
	case "unknown":
		return ValueUnknown, nil
	}
	return 0, unknownWord("value_type", s, ValueTypeNames())
}

// String returns the word of the type.
func (t ValueType) String() string {
	switch t {
	case ValueText:
		return "text"
	case ValueNumber:
		return "number"
	case ValueBoolean:
		return "boolean"
	case ValueReference:
		return "reference"
	case ValueJSON:
		return "json"
	case ValueNone:
		return "none"
	case ValueUnknown:
		return "unknown"
	}
	return "invalid"
}

// Valid reports whether t is one of the value types.
func (t ValueType) Valid() bool { return t <= ValueUnknown }

// ParseLifecycle reads a lifecycle; it is exact lower case.
func ParseLifecycle(s string) (Lifecycle, error) {
	switch s {
	case "approved":
		return LifecycleApproved, nil
	case "proposed":
		return LifecycleProposed, nil
	case "under_review":
		return LifecycleUnderReview, nil
	case "deprecated":
		return LifecycleDeprecated, nil
	case "rejected":
		return LifecycleRejected, nil
	}
	return 0, unknownWord("lifecycle", s, LifecycleNames())
}

// String returns the word of the state.
func (l Lifecycle) String() string {
	switch l {
	case LifecycleProposed:
		return "proposed"
	case LifecycleUnderReview:
		return "under_review"
	case LifecycleApproved:
		return "approved"
	case LifecycleDeprecated:
		return "deprecated"
	case LifecycleRejected:
		return "rejected"
	}
	return "invalid"
}

// Valid reports whether l is one of the states.
func (l Lifecycle) Valid() bool { return l <= LifecycleRejected }

// ParseSourceStatus reads a sources.status; it is exact lower case.
func ParseSourceStatus(s string) (SourceStatus, error) {
	names := SourceStatusNames()
	if i := slices.Index(names, s); i >= 0 {
		return SourceStatus(i), nil
	}
	return 0, unknownWord("status", s, names)
}

// String returns the word of the standing.
func (s SourceStatus) String() string {
	switch s {
	case SourceActive:
		return "active"
	case SourceFlagged:
		return "flagged"
	case SourceRetracted:
		return "retracted"
	}
	return "invalid"
}
