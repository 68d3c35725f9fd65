package transport

import (
	"bytes"
	"cmp"
	"html"
	"iter"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	tenantry "github.com/tenantry/tenantry-go"
)

const (
	maxErrorDepth  = 16       // levels of an error's body that are read
	maxErrorValues = 1 << 12  // members of an object, and values that go into Details or are searched for words
	maxWords       = 5        // texts that make up a message
	maxText        = 64 << 10 // bytes of a text that is read
	maxMessage     = 2 << 10  // bytes of a message that are kept, after redaction
	maxName        = 128      // bytes of a code or a request id that are kept, after redaction
	maxMarkup      = 64 << 10 // bytes of an HTML page or a plain text that are read
)

// ErrorBody is the body of an error, or a value inside it. It is read as far as
// it can be: members that repeat, invalid UTF-8, control characters, values of
// another kind than documented and a body that breaks off cost only what they
// hit. Every method takes linear time. Names match without regard to case, "_"
// and "-".
type ErrorBody []byte

// ReadErrorBody returns body as an ErrorBody. It keeps at most the first MiB.
func ReadErrorBody(body []byte) ErrorBody {
	body = bytes.TrimPrefix(body[:min(len(body), maxErrorBody)], []byte("\ufeff"))
	return ErrorBody(bytes.TrimSpace(body))
}

// Kind is '{', '[' or '"', the first byte of another value, or 0 for no value
// and for null.
func (v ErrorBody) Kind() byte {
	if len(v) == 0 || string(v) == "null" {
		return 0
	}
	return v[0]
}

// Get returns the value at the end of a path of members, or nil. Of several
// members with a name it returns the last one that is not null.
func (v ErrorBody) Get(path ...string) ErrorBody {
	for _, name := range path {
		var found ErrorBody
		for quoted, member := range v.members() {
			if member.Kind() != 0 && sameName(quoted, name) {
				found = member
			}
		}
		v = found
	}
	return v
}

// pick returns the values that Get returns for each of names, in one pass.
func (v ErrorBody) pick(names []string) []ErrorBody {
	found := make([]ErrorBody, len(names))
	for quoted, member := range v.members() {
		for i, name := range names {
			if member.Kind() != 0 && sameName(quoted, name) {
				found[i] = member
			}
		}
	}
	return found
}

// Text returns the text or the number at the end of a path, or "". It is at most
// 64 KiB long.
func (v ErrorBody) Text(path ...string) string {
	v = v.Get(path...)
	switch c := v.Kind(); {
	case c == '"':
		return cut(strings.TrimSpace(unquote(v)), maxText)
	case c == '-' || '0' <= c && c <= '9':
		return cut(strings.ToValidUTF8(string(v), "\ufffd"), maxText)
	}
	return ""
}

// Words returns what the value at the end of a path says: a text, a list of
// texts, or the texts of an object by field, such as "email: is invalid; rent:
// is too low". It is at most a few fields long.
func (v ErrorBody) Words(path ...string) string {
	w := words{loose: true}
	w.read(v.Get(path...), "", 0)
	return w.String()
}

// Details returns the object at the end of a path. Any other value stands in
// the result under the last name of the path. The result is nil for no value,
// and holds the plain kinds of JSON; a number that a float64 may not hold
// exactly is a text.
func (v ErrorBody) Details(path ...string) map[string]any {
	v = v.Get(path...)
	budget := maxErrorValues
	switch v.Kind() {
	case 0:
		return nil
	case '{':
		object, _ := v.plain(0, &budget).(map[string]any)
		if len(object) == 0 {
			return nil
		}
		return object
	}
	value := v.plain(0, &budget)
	if list, ok := value.([]any); len(path) == 0 || value == nil || ok && len(list) == 0 {
		return nil
	}
	return map[string]any{path[len(path)-1]: value}
}

// plain returns the value as encoding/json decodes it into an any.
func (v ErrorBody) plain(depth int, budget *int) any {
	if *budget--; depth > maxErrorDepth {
		return nil
	}
	switch v.Kind() {
	case '{':
		object := make(map[string]any)
		for quoted, member := range v.members() {
			if *budget <= 0 {
				break
			}
			object[unquote(quoted)] = member.plain(depth+1, budget)
		}
		return object
	case '[':
		list := []any{}
		for item := range v.items() {
			if *budget <= 0 {
				break
			}
			list = append(list, item.plain(depth+1, budget))
		}
		return list
	case '"':
		return unquote(v)
	case 't', 'f':
		return v[0] == 't'
	}
	text := v.Text()
	if f, err := strconv.ParseFloat(text, 64); err == nil && len(text) <= 15 {
		return f
	}
	if text == "" {
		return nil
	}
	return text
}

// Members iterates over the members of an object. It reads no further than the
// loop does.
func (v ErrorBody) Members() iter.Seq2[string, ErrorBody] {
	return func(yield func(string, ErrorBody) bool) {
		for quoted, member := range v.members() {
			if !yield(unquote(quoted), member) {
				return
			}
		}
	}
}

// members iterates over the members of an object, with their names as they are
// written.
func (v ErrorBody) members() iter.Seq2[ErrorBody, ErrorBody] {
	return func(yield func(ErrorBody, ErrorBody) bool) {
		if v.Kind() != '{' {
			return
		}
		for i, n := 1, 0; n < maxErrorValues; n++ {
			i = skipSpace(v, i, ",")
			if i == len(v) || v[i] == '}' {
				return
			}
			name, rest := v.value(i)
			if i = skipSpace(v, rest, ""); i == len(v) || v[i] != ':' {
				continue
			}
			if i = skipSpace(v, i+1, ""); i == len(v) {
				return
			}
			var member ErrorBody
			if member, i = v.value(i); !yield(name, member) {
				return
			}
		}
	}
}

// items iterates over the items of a list.
func (v ErrorBody) items() iter.Seq[ErrorBody] {
	return func(yield func(ErrorBody) bool) {
		if v.Kind() != '[' {
			return
		}
		for i := 1; ; {
			i = skipSpace(v, i, ",")
			if i == len(v) || v[i] == ']' {
				return
			}
			var item ErrorBody
			if item, i = v.value(i); !yield(item) {
				return
			}
		}
	}
}

// value returns the value that begins at i and where it ends. A value that
// breaks off ends with the body, and something that begins no value is a value
// of one byte.
func (v ErrorBody) value(i int) (ErrorBody, int) {
	end := i
	switch v[i] {
	case '"':
		end = skipString(v, i)
	case '{', '[':
		for depth := 0; end < len(v); {
			switch v[end] {
			case '"':
				end = skipString(v, end)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			if end++; depth == 0 {
				break
			}
		}
	default:
		if n := bytes.IndexAny(v[i:], "\",:]} \t\r\n"); n >= 0 {
			end += max(n, 1)
		} else {
			end = len(v)
		}
	}
	return v[i:end:end], end
}

func skipSpace(b []byte, i int, more string) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n' || strings.IndexByte(more, b[i]) >= 0) {
		i++
	}
	return i
}

func skipString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// unquote returns the text of a JSON string, which may break off. Escapes that
// JSON does not know stand for what follows the backslash.
func unquote(quoted []byte) string {
	s := bytes.TrimSuffix(bytes.TrimPrefix(quoted, []byte{'"'}), []byte{'"'})
	if bytes.IndexByte(s, '\\') < 0 {
		return strings.ToValidUTF8(string(s), "\ufffd")
	}
	text := make([]byte, 0, len(s))
	for {
		i := bytes.IndexByte(s, '\\')
		if i < 0 || i+1 == len(s) {
			text = append(text, bytes.TrimSuffix(s, []byte{'\\'})...)
			return strings.ToValidUTF8(string(text), "\ufffd")
		}
		text = append(text, s[:i]...)
		c := s[i+1]
		s = s[i+2:]
		switch c {
		case 'b', 'f':
			text = append(text, ' ')
		case 'n':
			text = append(text, '\n')
		case 'r':
			text = append(text, '\r')
		case 't':
			text = append(text, '\t')
		case 'u':
			r := hex(s)
			s = s[min(4, len(s)):]
			if utf16.IsSurrogate(r) && bytes.HasPrefix(s, []byte(`\u`)) {
				if pair := utf16.DecodeRune(r, hex(s[2:])); pair != utf8.RuneError {
					r, s = pair, s[6:]
				}
			}
			text = utf8.AppendRune(text, r)
		default:
			text = append(text, c)
		}
	}
}

// hex reads four hexadecimal digits.
func hex(s []byte) rune {
	n, err := strconv.ParseUint(string(s[:min(4, len(s))]), 16, 16)
	if err != nil || len(s) < 4 {
		return utf8.RuneError
	}
	return rune(n)
}

// sameName reports whether a name, as it is written, is the other one.
func sameName(quoted []byte, name string) bool {
	i, j := 0, 0
	for {
		for i < len(quoted) && strings.IndexByte(`"_-`, quoted[i]) >= 0 {
			i++
		}
		for j < len(name) && strings.IndexByte("_-", name[j]) >= 0 {
			j++
		}
		if i == len(quoted) || j == len(name) {
			return i == len(quoted) && j == len(name)
		}
		if lower(quoted[i]) != lower(name[j]) {
			return false
		}
		i, j = i+1, j+1
	}
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// isOne reports whether a quoted name is one of names.
func isOne(quoted []byte, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return sameName(quoted, name) })
}

// cut shortens a text to limit bytes, at a blank if it can. A text must be
// redacted first: half a secret would not be recognized.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s = strings.ToValidUTF8(s[:limit-len("…")], "")
	if i := strings.LastIndexByte(s, ' '); i > limit/2 {
		s = s[:i]
	}
	return s + "…"
}

// Members of error bodies, in the order in which they count.
var (
	// messageNames hold what went wrong, in any body.
	messageNames = []string{"message", "detail", "error_description", "error_message", "msg", "faultstring"}
	// itemNames hold what went wrong, in an object that is about nothing else.
	itemNames = append(slices.Clone(messageNames), "description", "reason", "title")
	// listNames hold several errors: a list, or an object by field.
	listNames = []string{"errors", "error_messages", "error_hash", "field_errors"}
	// otherNames hold what went wrong if the status says that something did.
	otherNames = []string{"description", "reason", "violations", "issues", "fault", "exception", "status_message", "status_text", "details"}
	// wrapperNames hold an object that may be the error.
	wrapperNames = []string{"meta", "response", "result", "status", "data"}
	// fieldNames hold the name of the field that an error is about.
	fieldNames = []string{"field", "param", "property", "attribute", "loc", "path"}
	// silentNames say nothing, or repeat the request, unless they hold a list.
	silentNames = []string{
		"code", "error_code", "type", "status", "status_code", "success", "name", "id", "title", "meta", "extensions", "source", "timestamp",
		"request_id", "x_request_id", "correlation_id", "trace_id", "value", "rejected_value", "input", "received", "expected", "keys", "ctx",
		"parameters", "params", "path", "loc", "pointer", "instance", "url", "method", "query", "request", "body", "stack", "trace", "documentation_url",
	}
	// unnamed are members of an object by field that are no fields.
	unnamed = []string{"non_field_errors", "all", "base", "error", "errors", "field_errors", "form_errors", "details", "detail", "issues", "messages", "violations", ""}
	// idNames hold the id of the request.
	idNames = []string{"request_id", "x_request_id", "correlation_id", "trace_id"}
)

// Fallback fills in what an API's own DecodeError left empty of e, from the
// bodies that frameworks, gateways and proxies send: members such as message,
// detail, error, errors and title (RFC 9457, RFC 6749, JSON:API, GraphQL), texts
// by field, plain text, HTML and XML. It reports whether e has a code or a
// message then. The body of a status of 2xx is an error only if it has a member
// that errors have, and the body of a redirect is none.
func Fallback(e *tenantry.Error, contentType string, body []byte) bool {
	v, failed := ReadErrorBody(body), e.StatusCode < 200 || e.StatusCode > 299
	switch {
	case e.StatusCode >= 300 && e.StatusCode <= 399:
	case v.Kind() == '{':
		v.fill(e, failed)
	case failed && e.Message == "":
		w := words{loose: v.Kind() == '"'}
		w.read(v, "", 0)
		e.Message = cmp.Or(w.String(), v.plainText(contentType))
	}
	return e.Code != "" || e.Message != ""
}

// fill is Fallback for an object.
func (v ErrorBody) fill(e *tenantry.Error, failed bool) {
	code, message := v.code(), v.message(failed)
	if message == "" && !failed && !isCode(v.Text("error")) {
		return
	}
	e.Code, e.Message = cmp.Or(e.Code, code), cmp.Or(e.Message, message)
	for _, object := range []ErrorBody{v, v.Get("error"), v.Get("meta"), v.Get("extensions")} {
		for _, id := range object.pick(idNames) {
			e.RequestID = cmp.Or(e.RequestID, id.Text())
		}
	}
	for name, detail := range v.details(failed) {
		if e.Details == nil {
			e.Details = make(map[string]any)
		}
		if _, ok := e.Details[name]; !ok {
			e.Details[name] = detail
		}
	}
}

// message returns the most specific words of an object.
func (v ErrorBody) message(failed bool) string {
	own := v.Get("error")
	var object, text string
	switch {
	case own.Kind() != '"':
		object = own.Words()
	case !isCode(own.Text()): // RFC 6749
		text = own.Words()
	}
	message := cmp.Or(object, v.first(messageNames), text, v.first(listNames), v.Words("title"))
	if message != "" || !failed {
		return message
	}
	if message = v.first(otherNames); message != "" {
		return message
	}
	for _, wrapper := range v.pick(wrapperNames) {
		if message = cmp.Or(wrapper.message(false), wrapper.Words("status_message")); message != "" {
			return message
		}
	}
	if message = v.fields(); message != "" || own != nil {
		return message
	}
	for name, member := range v.members() { // the first text of more than one word
		if text := member.Text(); member.Kind() == '"' && strings.Contains(text, " ") && !isOne(name, silentNames) {
			return text
		}
	}
	return ""
}

// first returns the words of the first of names that has any.
func (v ErrorBody) first(names []string) string {
	for _, member := range v.pick(names) {
		if message := member.Words(); message != "" {
			return message
		}
	}
	return ""
}

// fields returns the words of a body that is nothing but lists of texts by
// field.
func (v ErrorBody) fields() string {
	var w words
	w.read(v, "", 0)
	return w.String()
}

// code returns the error's own code: a text or a number.
func (v ErrorBody) code() string {
	objects := []ErrorBody{v.Get("error"), v}
	for _, list := range []ErrorBody{v.Get("error"), v.Get("errors")} {
		for item := range list.items() {
			objects = append(objects, item)
			break
		}
	}
	for _, wrapper := range v.pick(wrapperNames) {
		if wrapper.message(false) != "" {
			objects = append(objects, wrapper)
		}
	}
	for _, object := range objects {
		code := cmp.Or(object.Text("code"), object.Text("error_code"), object.Text("extensions", "code"))
		if text := object.Text("error"); code == "" && !strings.ContainsAny(text, " \t\r\n") && (isCode(text) || object.first(messageNames) != "") {
			code = text
		}
		if kind := object.Text("type"); code == "" && kind != "about:blank" { // RFC 9457
			code = kind
		}
		if code != "" {
			return code
		}
	}
	return ""
}

var codeText = regexp.MustCompile(`^[A-Za-z0-9.:-]+_[A-Za-z0-9_.:-]+$`)

// isCode reports whether a text is a code even if it stands alone, such as
// invalid_client.
func isCode(s string) bool { return len(s) <= maxName && codeText.MatchString(s) }

// details returns what an object says of the error in more than one text.
func (v ErrorBody) details(failed bool) map[string]any {
	for _, path := range [][]string{
		{"error", "details"}, {"details"}, {"errors"}, {"error", "errors"}, {"error_hash"}, {"field_errors"}, {"violations"}, {"issues"},
		{"detail"}, {"message"}, {"meta", "errors"}, {"meta", "message"},
	} {
		kind := v.Get(path...).Kind()
		if kind == '{' || kind == '[' || path[len(path)-1] == "details" {
			if details := v.Details(path...); details != nil {
				return details
			}
		}
	}
	own := v.Get("error")
	switch {
	case own.Kind() == '[', own.Kind() == '{' && own.first(messageNames) == "" && own.Words() != "":
		return v.Details("error")
	case failed && own == nil && v.first(messageNames) == "" && v.fields() != "":
		return v.Details()
	}
	return nil
}

// words collects the texts of a value. Unless it is loose, a text counts only
// in a list: a field has a list of errors, where a record has a text.
type words struct {
	loose bool
	seen  int    // values
	label string // of the last text
	texts int
	b     strings.Builder
}

// full reports whether w has enough.
func (w *words) full() bool { return w.texts > maxWords || w.seen > maxErrorValues }

// read adds the texts of v, which is about the field label.
func (w *words) read(v ErrorBody, label string, depth int) {
	if w.seen++; depth > maxErrorDepth || w.full() {
		return
	}
	switch v.Kind() {
	case '"':
		if w.loose {
			w.add(label, v.Text())
		}
	case '[':
		for item := range v.items() {
			if item.Kind() == '"' {
				w.add(label, item.Text())
			} else {
				w.read(item, label, depth+1)
			}
			if w.full() {
				return
			}
		}
	case '{':
		w.object(v, label, depth)
	}
}

// object adds what an object says in a message, or else what it says of each
// field.
func (w *words) object(v ErrorBody, label string, depth int) {
	field := v.field()
	before, loose, names := w.texts, w.loose, messageNames
	if loose {
		names = itemNames
	}
	w.loose = true
	for _, message := range v.pick(names) {
		if w.read(message, join(label, field), depth+1); w.texts > before {
			break
		}
	}
	if field != "" && w.texts == before {
		w.add(join(label, field), cmp.Or(v.Text("code"), v.Text("type")))
	}
	if w.loose = loose; w.texts > before {
		return
	}
	for quoted, member := range v.members() {
		if w.full() {
			return
		}
		if !isOne(quoted, names) && (member.Kind() == '[' || !isOne(quoted, silentNames)) {
			w.read(member, join(label, unquote(quoted)), depth+1)
		}
	}
}

// add adds a text about the field label.
func (w *words) add(label, text string) {
	if text == "" || w.full() {
		return
	}
	if w.texts++; w.full() {
		w.b.WriteString("; and more")
		return
	}
	if w.texts > 1 {
		w.b.WriteString("; ")
	}
	if label != "" && label != w.label {
		w.b.WriteString(label + ": ")
	}
	w.label = label
	w.b.WriteString(text)
}

// String returns the texts.
func (w *words) String() string { return cut(w.b.String(), maxText) }

// field returns the name of the field that an object of a list is about, or "".
func (v ErrorBody) field() string {
	for _, member := range v.pick(fieldNames) {
		name := join("", member.Text())
		for item := range member.items() {
			name = join(name, item.Text())
		}
		if name != "" {
			return name
		}
	}
	pointer := cmp.Or(v.Text("pointer"), v.Text("source", "pointer"))
	return join("", pointer[strings.LastIndexByte(pointer, '/')+1:])
}

var fieldText = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.\[\]-]*$`)

// join adds the name of a field to a path of them. Only what looks like a name
// goes into messages.
func join(path, name string) string {
	if len(name) > 64 || len(path) > 128 || !fieldText.MatchString(name) || isOne([]byte(name), unnamed) {
		return path
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// plainText returns what a body that is not JSON says.
func (v ErrorBody) plainText(contentType string) string {
	kind, _, _ := mime.ParseMediaType(contentType)
	kind = strings.ToLower(kind)
	isText := kind == "text/plain"
	v = v[:min(len(v), maxMarkup)]
	switch {
	case len(v) == 0, strings.IndexByte(`[{"`, v[0]) >= 0 && !isText:
		return ""
	case kind != "" && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "json") && !strings.HasSuffix(kind, "xml"):
		return ""
	case v[0] == '<':
		return markup(string(v))
	}
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(v), "\ufffd")), " ")
	letters, broken := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			letters++
		case r == utf8.RuneError, unicode.IsControl(r):
			broken++
		}
	}
	first, _, _ := strings.Cut(text, " ")
	if 8*broken > letters || letters < 2 || len(first) > maxName && !isText || text == "true" || text == "false" || text == "null" {
		return ""
	}
	return cut(text, maxText)
}

var elements = func() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, name := range []string{"title", "message", "faultstring", "detail", "h1", "error"} {
		all = append(all, regexp.MustCompile(`(?is)<(?:\w+:)?`+name+`(?:\s[^<>]*)?>\s*([^<>]*[^<>\s])`))
	}
	return all
}()

// markup returns what an HTML or XML document says in a title or a message.
func markup(page string) string {
	for _, element := range elements {
		if found := element.FindStringSubmatch(page); found != nil {
			return cut(strings.Join(strings.Fields(html.UnescapeString(strings.ToValidUTF8(found[1], "\ufffd"))), " "), maxText)
		}
	}
	return ""
}
