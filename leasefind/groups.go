package leasefind

import (
	"encoding/json"
	"errors"
	"strings"
)

// GroupList holds groups. The API sends them as a list, or as a text that holds one,
// such as "['group-1', 'group-2']". Both read alike.
type GroupList []string

// UnmarshalJSON reads both forms.
func (l *GroupList) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) != nil {
		var list []string
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
		*l = list
		return nil
	}
	list, ok := quotedList(strings.TrimSpace(text))
	if !ok {
		return errors.New("leasefind: the text holds no list")
	}
	*l = list
	return nil
}

// quotedList reads a list as Python writes it: texts in single or double quotes.
func quotedList(text string) (list []string, ok bool) {
	rest, opened := strings.CutPrefix(text, "[")
	if text == "" || !opened {
		return nil, text == ""
	}
	list = []string{}
	for {
		rest = strings.TrimSpace(rest)
		if rest == "]" {
			return list, true
		}
		if rest == "" || rest[0] != '\'' && rest[0] != '"' {
			return nil, false
		}
		item, after, closed := quoted(rest)
		if !closed {
			return nil, false
		}
		list = append(list, item)
		rest = strings.TrimSpace(after)
		if next, more := strings.CutPrefix(rest, ","); more {
			rest = next
		} else if rest != "]" {
			return nil, false
		}
	}
}

// quoted reads a text up to the quote that it begins with. A backslash stands before a
// quote or a backslash.
func quoted(s string) (text, rest string, closed bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s):
			if i++; s[i] != '\\' && s[i] != '\'' && s[i] != '"' {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}
