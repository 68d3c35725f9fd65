package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Secrets replaces a set of texts by [Mask] wherever they appear: as they are,
// escaped as in JSON or in a URL, in Base64, and in any case. The zero value
// replaces nothing.
type Secrets struct {
	folded  *regexp.Regexp    // all forms that are valid UTF-8, in any case
	exact   *strings.Replacer // the others
	longest int               // form, in bytes
}

// shortest is the length of the shortest secret that is replaced: masking
// shorter ones would make any text unreadable.
const shortest = 4

// NewSecrets returns a set of the given texts. Texts of less than four bytes
// and JSON's literals are left out.
func NewSecrets(texts []string) Secrets {
	var s Secrets
	var folded, exact []string
	for _, text := range texts {
		if len(text) < shortest || text == "true" || text == "false" || text == "null" {
			continue
		}
		for _, form := range forms(text) {
			s.longest = max(s.longest, len(form))
			if utf8.ValidString(form) {
				folded = append(folded, regexp.QuoteMeta(form))
			} else {
				exact = append(exact, form, Mask)
			}
		}
	}
	if len(folded) > 0 {
		// Longer forms first: one may contain another.
		slices.SortFunc(folded, func(a, b string) int { return len(b) - len(a) })
		s.folded, _ = regexp.Compile("(?i)" + strings.Join(slices.Compact(folded), "|"))
	}
	if len(exact) > 0 {
		s.exact = strings.NewReplacer(exact...)
	}
	return s
}

// forms lists how a text may be written.
func forms(text string) []string {
	all := []string{text, url.QueryEscape(text), url.PathEscape(text), strings.ReplaceAll(url.QueryEscape(text), "+", "%20")}
	if quoted, err := json.Marshal(text); err == nil {
		all = append(all, string(quoted[1:len(quoted)-1]))
		plain := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">")
		all = append(all, plain.Replace(string(quoted[1:len(quoted)-1])), strings.ReplaceAll(string(quoted[1:len(quoted)-1]), "/", `\/`))
	}
	if len(text) >= 8 { // of shorter texts Base64 has too little to recognize
		all = append(all, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(text)), "="))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Text returns s with the secrets replaced.
func (x Secrets) Text(s string) string {
	if x.folded != nil {
		s = x.folded.ReplaceAllLiteralString(s, Mask)
	}
	if x.exact != nil {
		s = x.exact.Replace(s)
	}
	return s
}

// Bytes is [Secrets.Text] for bytes. It may return b itself.
func (x Secrets) Bytes(b []byte) []byte {
	if x.folded != nil {
		b = x.folded.ReplaceAllLiteral(b, []byte(Mask))
	}
	if x.exact != nil {
		b = []byte(x.exact.Replace(string(b)))
	}
	return b
}

// Head is [Secrets.Bytes] for the beginning of b, about n bytes and at most that
// many. It reads no more of b than that takes, and leaves no part of a secret at
// its end. It returns a copy.
func (x Secrets) Head(b []byte, n int) []byte {
	reach := utf8.UTFMax * x.longest // in another case, a letter may take more bytes
	cut := len(b) > n+reach
	if cut {
		b = b[:n+reach]
	}
	b = x.Bytes(slices.Clone(b))
	if cut { // a secret may begin there
		b = b[:max(len(b)-reach, 0)]
	}
	return slices.Clip(b[:min(len(b), n)])
}

// Value replaces the secrets in the texts and names of a decoded JSON value.
func (x Secrets) Value(v any) any {
	switch v := v.(type) {
	case string:
		return x.Text(v)
	case float64:
		if text := strconv.FormatFloat(v, 'f', -1, 64); x.Text(text) != text {
			return Mask
		}
	case []any:
		for i := range v {
			v[i] = x.Value(v[i])
		}
	case map[string]any:
		for name, e := range v {
			clean := x.Text(name)
			if clean != name {
				delete(v, name)
			}
			v[clean] = x.Value(e)
		}
	}
	return v
}
