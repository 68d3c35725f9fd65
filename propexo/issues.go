package propexo

import (
	"errors"
	"fmt"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
)

// Issue is one complaint about a request that failed Propexo's validation.
type Issue struct {
	// Path names the member that the issue is about, such as "email_1", or
	// "items.0.amount" for one within a list. "" means the whole request.
	Path string
	// Code is the kind of issue, such as "invalid_type" or "unrecognized_keys", or "".
	Code string
	// Message says what is wrong, in Propexo's words, or "".
	Message string
}

// String returns the path and the message.
func (i Issue) String() string {
	what := i.Message
	if what == "" {
		what = i.Code
	}
	if i.Path == "" {
		return what
	}
	return i.Path + ": " + what
}

// Issues returns what Propexo's validation complains about, for an error for which
// errors.Is(err, [ErrInvalidRequest]) holds. It returns nil for other errors, and if
// Propexo lists no issues.
func Issues(err error) []Issue {
	var e *tenantry.Error
	if !errors.As(err, &e) || e.API != api {
		return nil
	}
	return issuesIn(e.Details, 0)
}

// maxIssueDepth is how deep the list of issues may be nested in details. One level is
// documented.
const maxIssueDepth = 4

// issuesIn returns the issues of a Zod report, which may be nested in details.
func issuesIn(v any, depth int) (all []Issue) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"issues", "details", "errors"} {
			if depth < maxIssueDepth && all == nil {
				all = issuesIn(v[name], depth+1)
			}
		}
	case []any:
		for _, item := range v {
			if m, ok := item.(map[string]any); ok {
				all = append(all, issuesOf(m)...)
			}
		}
	}
	return all
}

// issuesOf returns the issues of one entry: one for each unknown key.
func issuesOf(entry map[string]any) []Issue {
	path := segments(entry["path"])
	i := Issue{Path: strings.Join(path, "."), Code: text(entry["code"]), Message: text(entry["message"])}
	if i.Code == "" && i.Message == "" {
		return nil
	}
	keys := segments(entry["keys"])
	if len(keys) == 0 {
		return []Issue{i}
	}
	all := make([]Issue, 0, len(keys))
	for _, key := range keys {
		if len(path) > 0 && path[len(path)-1] == key { // the path names it already
			all = append(all, i)
			continue
		}
		one := i
		one.Path = strings.Join(append(path[:len(path):len(path)], key), ".")
		all = append(all, one)
	}
	return all
}

// segments returns a path or a list of keys as texts.
func segments(v any) []string {
	list, ok := v.([]any)
	if !ok && v != nil {
		list = []any{v}
	}
	var all []string
	for _, s := range list {
		if t := text(s); t != "" {
			all = append(all, t)
		}
	}
	return all
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return fmt.Sprint(v)
	}
	return ""
}

// withIssues returns the message of an error with its issues, unless it has them.
func withIssues(message string, issues []Issue) string {
	var texts []string
	for _, i := range issues {
		if i.Message == "" || !strings.Contains(message, i.Message) {
			texts = append(texts, i.String())
		}
	}
	list := strings.Join(texts, "; ")
	if message == "" || list == "" {
		return message + list
	}
	return strings.TrimRight(message, ".: ") + ": " + list
}
