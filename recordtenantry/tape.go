package recordtenantry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// A tape finds the secret and the personal values of requests and responses, replaces
// them, and matches requests.
type tape struct {
	names  names
	random key

	mu    sync.Mutex
	sent  map[string]bool   // the seeds of the values that the test sent
	seen  map[string]kind   // the values that were found, secrets too
	known map[string]bool   // the stand-ins in the file
	shown map[string]string // the forms of the requests in the file as they are there, by their own
	sweep *sweeper          // made of seen

	captured bool
}

func newTape(n names) *tape {
	return &tape{names: n, random: randomKey(), sent: make(map[string]bool), seen: make(map[string]kind), known: make(map[string]bool), shown: make(map[string]string)}
}

// matchHeader is the header of a recorded request with its [tape.form].
const matchHeader = "X-Recording-Match"

// The headers that are kept. Of Authorization, the scheme is kept, too.
var (
	requestHeaders  = []string{"Accept", "Content-Type"}
	responseHeaders = []string{"Content-Type", "Date", "Link", "Location", "Retry-After", "Www-Authenticate", "X-Request-Id"}
)

// capture notes the values of an exchange, and how a replay of its request will look.
func (t *tape) capture(i *cassette.Interaction) error {
	u, err := url.Parse(i.Request.URL)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.captured = true
	t.request(u, i.Request.Headers, []byte(i.Request.Body), func(k kind, value string) string {
		t.sent[seed(k, value)] = true
		return t.note(k, value)
	})
	t.body(u, i.Response.Headers, []byte(i.Response.Body), t.note)
	// The client has the header too, which must not change.
	h := i.Request.Headers.Clone()
	if h == nil {
		h = make(http.Header)
	}
	h.Set(matchHeader, t.form(i.Request.Method, u, i.Request.Headers, []byte(i.Request.Body)))
	h.Set("Authorization", scheme(h.Get("Authorization")))
	i.Request.Headers = h
	return nil
}

// empty reports whether nothing has been captured.
func (t *tape) empty() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.captured
}

func (t *tape) note(k kind, value string) string {
	t.seen[value] = k
	return value
}

// redact replaces the values of an exchange. All exchanges have been captured.
func (t *tape) redact(i *cassette.Interaction) error {
	u, err := url.Parse(i.Request.URL)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sweep == nil {
		t.sweep = newSweeper(t.seen, t.replace)
	}
	match := i.Request.Headers.Get(matchHeader)
	changed, body := t.request(u, i.Request.Headers, []byte(i.Request.Body), t.replace)
	requestType, responseType := i.Request.Headers, i.Response.Headers
	i.Request = cassette.Request{
		Proto: i.Request.Proto, ProtoMajor: i.Request.ProtoMajor, ProtoMinor: i.Request.ProtoMinor,
		Method: i.Request.Method, URL: changed.String(), Host: i.Request.Host, Body: string(body), ContentLength: int64(len(body)),
		Headers: t.keep(requestType, requestHeaders),
	}
	i.Request.Headers.Set(matchHeader, match)
	i.Request.Headers.Set("Authorization", requestType.Get("Authorization"))
	i.Response.Body = string(t.body(u, responseType, []byte(i.Response.Body), t.replace))
	i.Response.Headers, i.Response.Trailer = t.keep(responseType, responseHeaders), nil
	i.Response.TransferEncoding, i.Response.ContentLength = nil, int64(len(i.Response.Body))
	i.Response.Status = strings.TrimSpace(strconv.Itoa(i.Response.Code) + " " + http.StatusText(i.Response.Code))
	return nil
}

func (t *tape) keep(h http.Header, list []string) http.Header {
	kept := make(http.Header)
	for _, name := range list {
		for _, v := range h.Values(name) {
			if name == "Link" || name == "Location" {
				v = links.ReplaceAllStringFunc(v, func(target string) string {
					u, err := url.Parse(target)
					if err != nil {
						return ""
					}
					return t.url(u, t.names, t.replace).String()
				})
			}
			kept.Add(name, t.text(v, t.replace))
		}
	}
	return kept
}

// links finds the targets of a Link header, or a Location header as a whole.
var links = regexp.MustCompile(`^[^<]+$|[^<>]*\?[^<>]*`)

// replace returns the stand-in for a value.
func (t *tape) replace(k kind, value string) string {
	with := t.random
	if k != kindSecret && t.sent[seed(k, value)] {
		with = public
	}
	return with.standIn(k, value)
}

// load notes the stand-ins of a file, which requests may repeat.
func (t *tape) load(name string) error {
	c, err := cassette.Load(name)
	if err != nil {
		return err
	}
	know := func(_ kind, value string) string {
		t.known[value] = true
		return value
	}
	for _, i := range c.Interactions {
		u, err := url.Parse(i.Request.URL)
		if err != nil {
			return errors.New("it has an invalid URL")
		}
		t.request(u, i.Request.Headers, []byte(i.Request.Body), know)
		t.body(u, i.Response.Headers, []byte(i.Response.Body), know)
	}
	for _, i := range c.Interactions {
		u, _ := url.Parse(i.Request.URL) // as above
		t.shown[i.Request.Headers.Get(matchHeader)] = t.form(i.Request.Method, u, i.Request.Headers, []byte(i.Request.Body))
	}
	return nil
}

// matches reports whether a request is the recorded one: whether it has its values, or the
// stand-ins for them that the file shows.
func (t *tape) matches(req *http.Request, recorded cassette.Request) bool {
	if req.Method != recorded.Method {
		return false
	}
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return false
		}
		_ = req.Body.Close()
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	form, want := t.form(req.Method, req.URL, req.Header, body), recorded.Headers.Get(matchHeader)
	return form == want || form == t.shown[want]
}

// form returns a hash of what must be the same in a replay: the method, path, query and
// body, and how the request is signed. Secrets do not count.
func (t *tape) form(method string, u *url.URL, h http.Header, body []byte) string {
	u, body = t.request(u, h, body, func(k kind, value string) string {
		if k == kindSecret {
			return "[secret]"
		}
		if t.known[value] {
			return value
		}
		return public.standIn(k, value)
	})
	if canonical := jsontext.Value(bytes.Clone(body)); canonical.Canonicalize() == nil {
		body = canonical
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{method, u.EscapedPath(), u.RawQuery, scheme(h.Get("Authorization")), string(body)}, "\n")))
	return hex.EncodeToString(sum[:])
}

// scheme returns how a request is authorized: "Bearer", or "OAuth HMAC-SHA1". It returns
// such a text as it is.
func scheme(authorization string) string {
	name, rest, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(name, "OAuth") {
		return name
	}
	return strings.TrimSpace(name + " " + signing.FindString(rest))
}

var signing = regexp.MustCompile(`HMAC-SHA\d+|RSA-SHA\d+|PLAINTEXT`)

// path returns the path of a URL for a message.
func (t *tape) path(u *url.URL) string {
	return t.url(u, t.names, func(k kind, value string) string { return public.standIn(k, value) }).EscapedPath()
}

// A change returns the replacement of a value.
type change func(k kind, value string) string

// request changes the values of a request's URL and body.
func (t *tape) request(u *url.URL, h http.Header, body []byte, f change) (*url.URL, []byte) {
	return t.url(u, t.namesFor(u), f), t.body(u, h, body, f)
}

// The names that are secret only in some operations, by a part of their paths.
var secretIn = map[string][]string{
	"/sessions":     {"code", "username"}, // Supergood's credentials
	"portal-access": {"url"},              // leasefind's link that logs in
}

// namesFor returns the names with those that are secret in the URL's operation.
func (t *tape) namesFor(u *url.URL) names {
	for part, more := range secretIn {
		if strings.Contains(u.Path, part) {
			all := maps.Clone(t.names)
			all.set(kindSecret, more)
			return all
		}
	}
	return t.names
}

// url changes the values of a query, and email addresses in a path.
func (t *tape) url(u *url.URL, n names, f change) *url.URL {
	changed := *u
	changed.User, changed.RawPath, changed.Fragment, changed.RawFragment = nil, "", "", ""
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		if plain, err := url.PathUnescape(s); err == nil {
			if text := t.text(plain, f); text != plain {
				segments[i] = url.PathEscape(text)
			}
		}
	}
	changed.RawPath = strings.Join(segments, "/")
	changed.Path, _ = url.PathUnescape(changed.RawPath)
	changed.RawQuery = t.fields(u.Query(), n, f).Encode()
	return &changed
}

// fields changes the values of a query or a form.
func (t *tape) fields(values url.Values, n names, f change) url.Values {
	changed := make(url.Values, len(values))
	for name, list := range values {
		k := n.kind(normalize(name), "")
		for _, v := range list {
			changed.Add(name, t.value(k, v, f))
		}
	}
	return changed
}

// body changes the values of a body.
func (t *tape) body(u *url.URL, h http.Header, body []byte, f change) []byte {
	if len(body) == 0 {
		return nil
	}
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case kind == "application/x-www-form-urlencoded":
		if values, err := url.ParseQuery(string(body)); err == nil {
			return []byte(t.fields(values, t.namesFor(u), f).Encode())
		}
	case strings.HasPrefix(kind, "multipart/"):
		return t.multipart(body, params["boundary"])
	case isJSON(body):
		return t.json(body, t.namesFor(u), f)
	}
	if text := kind == "" || kind == "text/plain" || kind == "text/html"; !text || !utf8.Valid(body) {
		return []byte("[document]") // names in it could not be found
	}
	return []byte(t.text(string(body), f))
}

// multipart returns the names of the parts with hashes of what is in them.
func (t *tape) multipart(body []byte, boundary string) []byte {
	var list strings.Builder
	for r := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		part, err := r.NextRawPart()
		if err != nil {
			return []byte(list.String())
		}
		b, _ := io.ReadAll(part)
		sum := sha256.Sum256(b)
		list.WriteString("[" + part.FormName() + " " + hex.EncodeToString(sum[:]) + "]\n")
	}
}

func isJSON(body []byte) bool {
	body = bytes.TrimLeft(withoutMark(body), " \t\r\n")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '"')
}

// withoutMark returns a body without a byte order mark.
func withoutMark(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\ufeff")) }

// json changes the values of a JSON text. Of one that is cut off, what can be read is
// kept.
func (t *tape) json(body []byte, n names, f change) []byte {
	lenient := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	var out bytes.Buffer
	w := rewriter{t: t, names: n, f: f, d: jsontext.NewDecoder(bytes.NewReader(withoutMark(body)), lenient...), e: jsontext.NewEncoder(&out, lenient...)}
	for w.value(member{}) == nil { // until the end, or the first error
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// A rewriter copies JSON with other values.
type rewriter struct {
	t     *tape
	names names
	f     change
	d     *jsontext.Decoder
	e     *jsontext.Encoder
}

// A member is the member that a value is in, also within lists.
type member struct {
	name string // normalized
	kind kind
}

func (w *rewriter) value(in member) error {
	token, err := w.d.ReadToken()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case '{', '[':
		return w.inside(token, in)
	case '"':
		return w.e.WriteToken(jsontext.String(w.t.value(in.kind, token.String(), w.f)))
	case '0':
		if in.kind == kindNone {
			return w.e.WriteToken(token)
		}
		changed := jsontext.Value(w.f(in.kind, token.String()))
		if changed.Kind() != '0' || !changed.IsValid() {
			return w.e.WriteToken(jsontext.String(string(changed)))
		}
		return w.e.WriteValue(changed)
	}
	return w.e.WriteToken(token)
}

// inside copies an object or a list that begins with a token.
func (w *rewriter) inside(begin jsontext.Token, in member) error {
	object := begin.Kind() == '{'
	if err := w.e.WriteToken(begin); err != nil {
		return err
	}
	for {
		switch w.d.PeekKind() {
		case '}', ']':
			end, err := w.d.ReadToken()
			if err != nil {
				return err
			}
			return w.e.WriteToken(end)
		}
		next := in
		if object {
			token, err := w.d.ReadToken()
			if err != nil {
				return err
			}
			name := token.String()
			next = member{normalize(name), w.names.kind(normalize(name), in.name)}
			if in.kind == kindSecret {
				next.kind = kindSecret
			}
			if err := w.e.WriteToken(jsontext.String(w.t.text(name, w.f))); err != nil {
				return err
			}
		}
		if err := w.value(next); err != nil {
			return err
		}
	}
}

var (
	emailText = regexp.MustCompile(`[^\s"'<>(),;:=/?&]+[@＠][^\s"'<>(),;:/?&]+`)
	phoneText = regexp.MustCompile(`\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\(\d{3}\) ?\d{3}[-. ]\d{4}\b|\+\d{8,15}\b`)
)

// value changes a text of the given kind.
func (t *tape) value(k kind, text string, f change) string {
	switch {
	case strings.TrimSpace(text) == "":
		return text
	case k == kindNone:
		return t.text(text, f)
	case k != kindSecret && k != kindText && strings.ContainsAny(text, "@＠"):
		return t.addresses(k, text, f)
	case k == kindName:
		// First and last name apart are the same as in one text.
		words := strings.Split(text, " ")
		for i, word := range words {
			if word != "" {
				words[i] = f(kindName, word)
			}
		}
		return strings.Join(words, " ")
	case k == kindSecret && strings.HasPrefix(text, "http"):
		if scheme, rest, ok := strings.Cut(text, "://"); ok {
			host, path, _ := strings.Cut(rest, "/")
			return scheme + "://" + host + "/" + f(kindSecret, path)
		}
	}
	return f(k, text)
}

// addresses changes a text with email addresses, and what stands between them.
func (t *tape) addresses(k kind, text string, f change) string {
	var changed strings.Builder
	rest := text
	for rest != "" {
		at := emailText.FindStringIndex(rest)
		if at == nil {
			at = []int{len(rest), len(rest)}
		}
		if between := rest[:at[0]]; strings.ContainsFunc(between, unicode.IsLetter) {
			changed.WriteString(f(k, between))
		} else {
			changed.WriteString(between)
		}
		if at[0] < at[1] {
			changed.WriteString(f(kindEmail, rest[at[0]:at[1]]))
		}
		rest = rest[at[1]:]
	}
	return changed.String()
}

// text changes what can be found in a text that no name describes.
func (t *tape) text(text string, f change) string {
	if isJSON([]byte(text)) && jsontext.Value(text).IsValid() { // within JSON
		return string(t.json([]byte(text), t.names, f))
	}
	if strings.HasPrefix(text, "http") && strings.Contains(text, "?") {
		if u, err := url.Parse(text); err == nil {
			text = t.url(u, t.names, f).String()
		}
	}
	text = emailText.ReplaceAllStringFunc(text, func(s string) string { return f(kindEmail, s) })
	text = phoneText.ReplaceAllStringFunc(text, func(s string) string { return f(kindPhone, s) })
	if t.sweep != nil {
		text = t.sweep.text(text)
	}
	return text
}

// A sweeper replaces values where other texts repeat them.
type sweeper struct {
	phrases *strings.Replacer
	names   map[string]string
}

// The length of the shortest values that are replaced in other texts. Shorter ones would
// be found where they are not meant.
const (
	shortestPhrase = 6
	shortestName   = 3
)

func newSweeper(seen map[string]kind, f change) *sweeper {
	s := &sweeper{names: make(map[string]string)}
	var phrases []string
	for value, k := range seen {
		switch {
		case k == kindName && len(value) >= shortestName:
			s.names[value] = f(k, value)
		case k != kindName && k != kindBirth && len(value) >= shortestPhrase:
			phrases = append(phrases, value)
		}
	}
	// The longest first: one may contain another.
	slices.SortFunc(phrases, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	pairs := make([]string, 0, 2*len(phrases))
	for _, value := range phrases {
		pairs = append(pairs, value, f(seen[value], value))
	}
	s.phrases = strings.NewReplacer(pairs...)
	return s
}

// text returns a text without the values. Names are replaced as whole words of texts with
// several words, since a single word may be a code.
func (s *sweeper) text(text string) string {
	text = s.phrases.Replace(text)
	if !strings.Contains(text, " ") {
		return text
	}
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if other, ok := s.names[w]; ok {
			return other
		}
		return w
	})
}

var word = regexp.MustCompile(`[\p{L}\p{M}][\p{L}\p{M}'’-]*`)
