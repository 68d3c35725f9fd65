package paging

import (
	"net/http"
	"strings"
)

// NextLink returns the target of the first link with relation "next" in the Link
// headers (RFC 8288), or "" if there is none. Quotes may be single, as some
// servers write them.
func NextLink(header http.Header) string {
	for _, value := range header.Values("Link") {
		for value != "" {
			var target string
			var next bool
			if target, next, value = parseLink(value); next {
				return target
			}
		}
	}
	return ""
}

// parseLink parses the link that s starts with. It returns the link's target, whether
// its relation is "next", and what follows the link.
func parseLink(s string) (target string, next bool, rest string) {
	_, s, found := strings.Cut(s, "<")
	if !found {
		return "", false, ""
	}
	target, s, _ = strings.Cut(s, ">")
	related := false // the first rel counts
	for {
		s = strings.TrimLeft(s, " \t;")
		if s == "" || s[0] == ',' {
			return target, next, strings.TrimPrefix(s, ",")
		}
		var name, value string
		name, s = cutBefore(s, "=;,")
		if strings.HasPrefix(s, "=") {
			value, s = linkParameter(strings.TrimLeft(s[1:], " \t"))
		}
		if !related && strings.EqualFold(strings.TrimRight(name, " \t"), "rel") {
			related, next = true, hasRelation(value, "next")
		}
	}
}

// linkParameter returns the value that s starts with, a token or a quoted string, and
// what follows it.
func linkParameter(s string) (value, rest string) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return cutBefore(s, ";,")
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return strings.ReplaceAll(s[1:i], `\`, ""), s[i+1:]
		}
	}
	return s[1:], "" // the closing quote is missing
}

// cutBefore splits s before the first of the characters.
func cutBefore(s, characters string) (before, after string) {
	if i := strings.IndexAny(s, characters); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// hasRelation reports whether one of the relation types in rel is wanted.
func hasRelation(rel, wanted string) bool {
	for _, r := range strings.Fields(rel) {
		if strings.EqualFold(r, wanted) {
			return true
		}
	}
	return false
}
